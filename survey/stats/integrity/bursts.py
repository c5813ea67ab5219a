"""Moments at which far more answers about a unit came in than its own rhythm explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.row_groups import RowGroups, group_rows
from survey.stats.scipy_calls import nbdtrc

WIDTHS = (1_800, 7_200)  # seconds
_CHANCE = 1e-4  # of one window, before anything is said of the answers in it
_SPREAD = 2  # shape of the negative binomial: meetings and posters make honest answers lumpy
_FEWEST = 8


def find_bursts(
    *, unit: IndexArray, submitted_at: NDArray[np.int64], online: BoolArray
) -> tuple[RowGroups, FloatArray]:
    """Find the moments with too many answers about one unit.

    Parameters
    ----------
    unit : ndarray of intp, shape (n,)
    submitted_at : ndarray of int64, shape (n,)
        Seconds.
    online : ndarray of bool, shape (n,)
        Answers that came in by themselves; paper is keyed in heaps and has no rhythm.

    Returns
    -------
    bursts : RowGroups
        Overlapping windows joined.
    usual : ndarray of float64, shape (bursts,)
        Number of answers that were to be expected.

    Notes
    -----
    Windows of 30 minutes and 2 hours starting at every answer. Expected is the larger of the
    unit's mean over the fieldwork and its share of what all other units got in the same window
    (hours of the day, reminders), at least 1; the count is negative binomial with shape 2.
    """
    at = submitted_at - submitted_at.min(initial=0)
    order = np.lexsort((at, unit))
    order = order[online[order]]
    burst = np.full(unit.size, -1, dtype=np.intp)
    if not order.size:
        return group_rows(burst), np.zeros(0)
    span = int(at.max()) + max(WIDTHS) + 1
    key = unit[order] * span + at[order]
    marked = np.zeros(order.size + 1, dtype=np.int64)
    usual = np.ones(order.size)
    for width in WIDTHS:
        count, expected = _windows(key, unit[order], at[order], width)
        chance = nbdtrc((count - 1).astype(np.intp), _SPREAD, _SPREAD / (_SPREAD + expected))
        found = np.flatnonzero((count >= _FEWEST) & (chance < _CHANCE))
        np.add.at(marked, found, 1)
        np.add.at(marked, found + count[found], -1)
        usual[found] = np.maximum(usual[found], expected[found])
    return _joined(np.cumsum(marked[:-1]) > 0, order, unit, usual, burst)


def _windows(
    key: NDArray[np.int64], unit: IndexArray, at: NDArray[np.int64], width: int
) -> tuple[IndexArray, FloatArray]:
    """Return how many answers each window has, and how many were to be expected."""
    count = np.searchsorted(key, key + width, side="right") - np.arange(key.size)
    times = np.sort(at)
    everyone = np.searchsorted(times, at + width, side="right") - np.searchsorted(times, at)
    n_unit = np.bincount(unit)[unit]
    others = (everyone - count) / np.maximum(key.size - n_unit, 1)
    flat = width / max(int(at.max() - at.min()), width)
    return count, np.maximum(n_unit * np.maximum(others, flat), 1.0)


def _joined(
    inside: BoolArray,
    order: IndexArray,
    unit: IndexArray,
    usual: FloatArray,
    burst: IndexArray,
) -> tuple[RowGroups, FloatArray]:
    begins = inside.copy()
    begins[1:] &= ~inside[:-1] | (np.diff(unit[order]) != 0)
    number = np.cumsum(begins) - 1
    burst[order[inside]] = number[inside]
    groups = group_rows(burst)
    expected = np.zeros(groups.n_groups)
    np.maximum.at(expected, number[inside], usual[inside])
    return groups, expected
