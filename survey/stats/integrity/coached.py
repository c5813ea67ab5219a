"""Answer patterns that are commoner in one unit than its level among the units explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.row_groups import RowGroups, group_rows
from survey.stats.scipy_calls import bdtrc, expit, stdtr

_FEWEST_UNITS = 8
_FEWEST_ITEMS = 4  # with fewer, equal answers are no pattern
_FEWEST = 12  # answers with the pattern in the unit
_NORMAL = 1.4826  # median absolute deviation to standard deviation
_OUTLYING = 3.0
_ROUNDS = 3
_SPREADS = (3.0, 4.0, 6.0, 8.0, 12.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often each answer vector occurs in each unit.

    Attributes
    ----------
    pairs : RowGroups
        Rows by unit and vector.
    unit, vector : ndarray of intp, shape (pairs,)
    total : ndarray of float64, shape (pairs,)
        Sum of the scores.
    n_unit, sum_unit : ndarray of float64, shape (units,)
        Answers of each unit, and the sum of their scores.
    """

    pairs: RowGroups
    unit: IndexArray
    vector: IndexArray
    total: FloatArray
    n_unit: FloatArray
    sum_unit: FloatArray


def tally(*, unit: IndexArray, vector: IndexArray, score: FloatArray) -> Tally:
    """Count the answer vectors of each unit."""
    pairs = group_rows(unit, vector)
    return Tally(
        pairs=pairs,
        unit=pairs.first(unit),
        vector=pairs.first(vector),
        total=pairs.total(score),
        n_unit=np.bincount(unit).astype(np.float64),
        sum_unit=np.asarray(np.bincount(unit, score), dtype=np.float64),
    )


def excess_of_pattern(tallied: Tally, *, pattern: int) -> tuple[FloatArray, FloatArray]:
    """Compare how frequent an answer vector is in each unit with the other units.

    Parameters
    ----------
    tallied : Tally
    pattern : int
        The vector.

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
    n = tallied.n_unit
    n_units = n.size
    here = tallied.vector == pattern
    size = tallied.pairs.size.astype(np.float64)
    hits = np.bincount(tallied.unit[here], size[here], minlength=n_units)
    total = np.bincount(tallied.unit[here], tallied.total[here], minlength=n_units)
    level = (tallied.sum_unit - total) / np.maximum(n - hits, 1.0)
    usable = n - hits >= _FEWEST
    if usable.sum() < _FEWEST_UNITS:
        return np.ones(n_units), n
    share = (hits + 0.5) / (n + 1.0)
    fitted, spread = _robust_line(level, np.log(share / (1 - share)), usable)
    df = float(usable.sum() - 3)
    # Whatever c: the chance is exceeded by c spreads, or so many answers meet a chance below that.
    p = np.ones(n_units)
    for c in _SPREADS:
        tail = bdtrc(np.maximum(hits - 1, 0.0), n.astype(np.intp), expit(fitted + c * spread))
        p = np.minimum(p, len(_SPREADS) * (tail + stdtr(df, -c)))
    return np.where(usable & (hits > 0), p, 1.0), np.asarray(n * expit(fitted), dtype=np.float64)


def _robust_line(x: FloatArray, y: FloatArray, usable: BoolArray) -> tuple[FloatArray, float]:
    inside = usable.copy()
    design = np.stack([np.ones_like(x), x - x[usable].mean()], axis=1)
    fitted, spread = np.full(x.size, np.median(y[usable])), 0.0
    for _ in range(_ROUNDS):
        gap = np.abs(y - fitted)
        spread = _NORMAL * float(np.median(gap[usable]))
        inside = usable & (gap <= _OUTLYING * max(spread, 1e-9))
        fitted = design @ np.linalg.lstsq(design[inside], y[inside], rcond=None)[0]
    return fitted, max(_NORMAL * float(np.median(np.abs(y - fitted)[usable])), 0.1)


def patterns_to_test(tallied: Tally, *, n_items: int) -> IndexArray:
    """Return the vectors that are the commonest of some unit, and frequent there."""
    if n_items < _FEWEST_ITEMS:
        return np.zeros(0, dtype=np.intp)
    size = tallied.pairs.size
    most = np.zeros(tallied.n_unit.size, dtype=np.intp)
    np.maximum.at(most, tallied.unit, size)
    return np.unique(tallied.vector[(size >= _FEWEST) & (size == most[tallied.unit])])
