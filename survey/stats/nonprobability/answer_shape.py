"""Units with more best or worst answers than the rest of their answers lead to expect."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.nonprobability.shortest_half import shortest_half

_HALF = 0.5  # keeps the logarithm of an empty count finite
_FEWEST = 3


def extreme_excess(counts: FloatArray) -> FloatArray:
    """Compare the best answer with the next one, unit by unit.

    Parameters
    ----------
    counts : ndarray of float64, shape (u, k)
        (Weighted) numbers of answers from worst to best, k of at least 3. Reversed columns
        look at the worst answer.

    Returns
    -------
    ndarray of float64, shape (u,)
        z of ln(best / next best) given ln(lower / next best) through a robust line over the
        units. Positive where best answers are too many. NaN where a unit has no answers, or
        fewer than three have.

    Notes
    -----
    Whoever is more or less satisfied shifts all shares together: over units the two logarithms
    lie on one line, also when people volunteer by opinion. Stuffed answers are added at the end
    of the scale alone. The line is Theil and Sen's (median of pairwise slopes), its place and
    the spread about it those of the shortest half, so attacked units do not hide themselves as
    long as they are few. Needs no invited answers, hence is sharp where these are few; says nothing
    when stuffing copies the shape of honest answers, which then moves the mean the less.
    """
    known = counts.sum(axis=1) > 0
    best, following = counts[:, -1] + _HALF, counts[:, -2] + _HALF
    lower = counts[:, :-2].sum(axis=1) + _HALF
    y, x = np.log(best / following), np.log(lower / following)
    out = np.full(counts.shape[0], np.nan)
    if known.sum() < _FEWEST:
        return out
    slope = _median_slope(x[known], y[known])
    left = y - slope * x
    variance = 1 / best + (1 - slope) ** 2 / following + slope**2 / lower
    centre, spread = shortest_half(left[known])
    between = max(0.0, spread**2 - float(np.median(variance[known])))
    out[known] = ((left - centre) / np.sqrt(variance + between))[known]
    return out


def _median_slope(x: FloatArray, y: FloatArray) -> float:
    first, second = np.triu_indices(x.size, 1)
    run = x[second] - x[first]
    apart = np.abs(run) > 1e-9
    if not apart.any():
        return 0.0
    return float(np.median((y[second] - y[first])[apart] / run[apart]))
