"""Units whose open answers contradict their invited ones more than other units' do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.combination import UnitMeans

FloatArray = NDArray[np.float64]

ALARM = 3.5
_MAD_TO_SD = 1.4826


def discrepancy(*, anchor: UnitMeans, open_sample: UnitMeans) -> FloatArray:
    """Standardise open less invited by what is usual between units.

    Parameters
    ----------
    anchor, open_sample : UnitMeans
        Of the score, or of the share of best or worst answers: stuffing shows in the share of
        one answer sooner than in the mean.

    Returns
    -------
    ndarray of float64, shape (u,)
        z = (o - p - b) / sqrt(v_p + v_o + s^2), with b the median difference and s^2 what the
        median absolute deviation leaves beside the sampling variances; both hardly move when
        up to a third of the units are attacked. NaN where one of the two is missing.

    Notes
    -----
    With ``ALARM`` 3.5, with the shape of the answers beside it (``answer_shape``), fewer than 1 %
    of the units that nobody attacked are named (simulated, ``docs/simulation.md``).
    """
    difference = open_sample.mean - anchor.mean
    variance = anchor.variance + open_sample.variance
    known = np.isfinite(difference) & np.isfinite(variance)
    if known.sum() < 3:
        return np.full(difference.size, np.nan)
    centre = np.median(difference[known])
    spread = (_MAD_TO_SD * np.median(np.abs(difference[known] - centre))) ** 2
    between = max(0.0, float(spread - np.median(variance[known])))
    return np.asarray((difference - centre) / np.sqrt(variance + between))
