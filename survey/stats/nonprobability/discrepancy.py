"""How far two samples of the same units contradict each other, unit by unit."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.nonprobability.combination import UnitMeans
from survey.stats.nonprobability.shortest_half import shortest_half

_FEWEST = 3


def discrepancy(*, reference: UnitMeans, open_sample: UnitMeans) -> FloatArray:
    """Standardise open less invited by what is usual between units.

    Parameters
    ----------
    reference, open_sample : UnitMeans
        Of the score, or of the share of best or worst answers: stuffing shows in the share of
        one answer sooner than in the mean.

    Returns
    -------
    ndarray of float64, shape (u,)
        z = (o - p - b) / sqrt(v_p + v_o + s^2), with b the usual difference and s^2 what its
        usual spread leaves beside the sampling variances. NaN where one of the two is missing,
        or fewer than three units have both.

    Notes
    -----
    Usual is what the shortest half of the units shows: a fifth of all units stuffed at once
    moves neither much.
    """
    difference = open_sample.mean - reference.mean
    variance = reference.variance + open_sample.variance
    known = np.isfinite(difference) & np.isfinite(variance)
    if known.sum() < _FEWEST:
        return np.full(difference.size, np.nan)
    centre, spread = shortest_half(difference[known])
    between = max(0.0, spread**2 - float(np.median(variance[known])))
    return np.asarray((difference - centre) / np.sqrt(variance + between))
