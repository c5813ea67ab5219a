"""Invitation codes used one after another in the order in which they were issued."""

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.integrity.row_groups import RowGroups, group_rows

_STEP = 3  # codes used within so many of the one before
_PAUSE = 1_800  # seconds between two of them
_FEWEST = 6
_CHANCE = 1e-4  # of one run, before anything is said of its answers


def find_code_runs(
    *, unit: IndexArray, token: NDArray[np.int64], submitted_at: NDArray[np.int64]
) -> RowGroups:
    """Find answers whose codes follow one another as on the sheet they were issued on.

    Parameters
    ----------
    unit : ndarray of intp, shape (n,)
    token : ndarray of int64, shape (n,)
        Place of the code in the order of issue; -1 without a code. Codes in any other order
        (keyed hashes) show no runs.
    submitted_at : ndarray of int64, shape (n,)
        Seconds.

    Returns
    -------
    RowGroups

    Notes
    -----
    In the order of issue a run goes on while the next code is at most 3 places away and was used
    within 30 minutes of this one. Codes handed out at random do so with probability q, the share
    of the unit's pairs of answers that are so close in time; a run of L answers is kept if
    n_unit q^(L-1) < 1e-4 and L >= 6. Other answers in between do not break a run.
    """
    order = np.lexsort((token, unit))
    order = order[token[order] >= 0]
    run = np.full(unit.size, -1, dtype=np.intp)
    if order.size < _FEWEST:
        return group_rows(run)
    step = np.diff(token[order])
    goes_on = (np.diff(unit[order]) == 0) & (step > 0) & (step <= _STEP)
    goes_on &= np.abs(np.diff(submitted_at[order])) <= _PAUSE
    number = np.cumsum(np.append(True, ~goes_on)) - 1
    length = np.bincount(number)
    here = unit[order[np.flatnonzero(np.append(True, ~goes_on))]]
    n, close = _closeness(unit[order], submitted_at[order])
    log_chance = np.log(n[here]) + (length - 1) * np.log(close[here])
    kept = (length >= _FEWEST) & (log_chance < np.log(_CHANCE))
    run[order] = np.where(kept[number], number, -1)
    return group_rows(run)


def _closeness(unit: IndexArray, at: NDArray[np.int64]) -> tuple[FloatArray, FloatArray]:
    """Return each unit's number of answers and its share of pairs close in time, above 0."""
    span = int(at.max() - at.min()) + _PAUSE + 1
    key = np.sort(unit.astype(np.int64) * span + (at - at.min()))
    near = np.searchsorted(key, key + _PAUSE, side="right") - np.arange(key.size) - 1
    n = np.maximum(np.bincount(unit), 1).astype(np.float64)
    pairs = np.bincount(np.sort(unit), near) + 1.0
    return n, np.minimum(pairs / np.maximum(n * (n - 1) / 2, 1.0), 1.0)
