"""Answer patterns that are commoner in one unit than its level among the units explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc, expit, stdtr

_FEWEST_UNITS = 8
_FEWEST_ITEMS = 4  # with fewer, equal answers are no pattern
_FEWEST = 12  # answers with the pattern in the unit
_NORMAL = 1.4826  # median absolute deviation to standard deviation
_OUTLYING = 3.0
_ROUNDS = 3
_SPREADS = (3.0, 4.0, 6.0, 8.0, 12.0)


def excess_of_pattern(
    *, unit: NDArray[np.intp], has_pattern: NDArray[np.bool_], score: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Compare how frequent an answer vector is in each unit with the other units.

    Parameters
    ----------
    unit : ndarray of intp, shape (n,)
    has_pattern : ndarray of bool, shape (n,)
        Answers equal to the vector.
    score : ndarray of float64, shape (n,)

    Returns
    -------
    p : ndarray of float64, shape (units,)
        Chance that one unit shows so high a share.
    expected : ndarray of float64, shape (units,)
        Answers with the vector that the unit's level makes likely.

    Notes
    -----
    The logit of the share is regressed over units on the mean of the answers *without* the
    vector, so a well liked unit may have many full marks; outlying units are left out of the
    fit (three rounds at 3 robust standard deviations). The p-value adds the chance that the
    unit's own share lies c robust spreads above the line (Student's t, units - 3 degrees of
    freedom) and the binomial tail at that share, for the best c of a few.
    """
    n_units = int(unit.max(initial=0)) + 1
    n = np.bincount(unit, minlength=n_units).astype(np.float64)
    hits = np.bincount(unit[has_pattern], minlength=n_units).astype(np.float64)
    rest = np.maximum(n - hits, 1.0)
    level = np.bincount(unit[~has_pattern], score[~has_pattern], minlength=n_units) / rest
    usable = n - hits >= _FEWEST
    if usable.sum() < _FEWEST_UNITS:
        return np.ones(n_units), hits
    share = (hits + 0.5) / (n + 1.0)
    fitted, spread = _robust_line(level, np.log(share / (1 - share)), usable)
    df = float(usable.sum() - 3)
    # Whatever c: the chance is exceeded by c spreads, or so many answers meet a chance below that.
    p = np.ones(n_units)
    for c in _SPREADS:
        tail = bdtrc(np.maximum(hits - 1, 0.0), n.astype(np.intp), expit(fitted + c * spread))
        p = np.minimum(p, len(_SPREADS) * (tail + stdtr(df, -c)))
    return np.where(usable & (hits > 0), p, 1.0), n * expit(fitted)


def _robust_line(
    x: NDArray[np.float64], y: NDArray[np.float64], usable: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float]:
    inside = usable.copy()
    design = np.stack([np.ones_like(x), x - x[usable].mean()], axis=1)
    fitted, spread = np.full(x.size, np.median(y[usable])), 0.0
    for _ in range(_ROUNDS):
        gap = np.abs(y - fitted)
        spread = _NORMAL * float(np.median(gap[usable]))
        inside = usable & (gap <= _OUTLYING * max(spread, 1e-9))
        fitted = design @ np.linalg.lstsq(design[inside], y[inside], rcond=None)[0]
    return fitted, max(_NORMAL * float(np.median(np.abs(y - fitted)[usable])), 0.1)


def patterns_to_test(
    *, unit: NDArray[np.intp], vector: NDArray[np.intp], n_items: int
) -> NDArray[np.intp]:
    """Return the vectors frequent enough in some unit to be looked at."""
    if n_items < _FEWEST_ITEMS or not unit.size:
        return np.zeros(0, dtype=np.intp)
    width = int(vector.max()) + 1
    pairs, counts = np.unique(unit.astype(np.int64) * width + vector, return_counts=True)
    return np.unique(pairs[counts >= _FEWEST] % width).astype(np.intp)
