"""Invitation codes used one after another in the order in which they were issued."""

import numpy as np
from numpy.typing import NDArray

from survey.stats.row_groups import RowGroups, group_rows

_STEP = 3  # codes used within so many of the one before
_PAUSE = 1_800  # seconds between two of them
_FEWEST = 6
_CHANCE = 1e-4  # of one run, before anything is said of its answers


def find_code_runs(
    *, unit: NDArray[np.intp], token: NDArray[np.int64], submitted_at: NDArray[np.int64]
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
    A run goes on while the next code used for the unit within 30 minutes is at most 3 places
    away. In random order a step does so with probability 6 / R, R being the range of the unit's
    codes; a run of L answers is kept if n_unit (6 / R)^(L-1) < 1e-4 and L >= 6.
    """
    order = np.lexsort((submitted_at, unit))
    order = order[token[order] >= 0]
    run = np.full(unit.size, -1, dtype=np.intp)
    if order.size < _FEWEST:
        return group_rows(run)
    units, codes = unit[order], token[order]
    step = np.abs(np.diff(codes))
    goes_on = (np.diff(units) == 0) & (step > 0) & (step <= _STEP)
    goes_on &= np.diff(submitted_at[order]) <= _PAUSE
    number = np.cumsum(np.append(True, ~goes_on)) - 1
    length = np.bincount(number)
    by_unit = group_rows(units)
    reach = np.maximum.reduceat(codes[by_unit.order], by_unit.start)
    reach = reach - np.minimum.reduceat(codes[by_unit.order], by_unit.start) + 1
    here = by_unit.of_row[np.flatnonzero(np.append(True, ~goes_on))]
    log_chance = np.log(by_unit.size[here])
    log_chance = log_chance + (length - 1) * np.log(np.minimum(2 * _STEP / reach[here], 1.0))
    kept = (length >= _FEWEST) & (log_chance < np.log(_CHANCE))
    run[order] = np.where(kept[number], number, -1)
    return group_rows(run)
