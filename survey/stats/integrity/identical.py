"""Identical answers about one unit from one network within half an hour."""

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.integrity.row_groups import group_rows
from survey.stats.scipy_calls import bdtrc

_FEWEST = 3
_HALF_HOUR = 1_800
_CHANCE = 1e-3


def cap_identical(
    *,
    unit: IndexArray,
    vector: IndexArray,
    network: NDArray[np.int64],
    submitted_at: NDArray[np.int64],
) -> FloatArray:
    """Return factors that let identical answers from one network in half an hour count once.

    Parameters
    ----------
    unit, vector : ndarray of intp, shape (n,)
    network : ndarray of int64, shape (n,)
        -1 without a mark: never capped.
    submitted_at : ndarray of int64, shape (n,)
        Seconds.

    Returns
    -------
    ndarray of float64, shape (n,)
        1 over the number of identical answers in the half hour, else 1.

    Notes
    -----
    Half hours are those of the clock. Three or more are asked for, and among as many answers
    drawn from the unit's they must have a chance below 1 in 1000: with a single item every third
    answer may be the same by nature.
    """
    half_hour = (submitted_at - submitted_at.min(initial=0)) // _HALF_HOUR
    window = group_rows(unit, network, half_hour)
    alike = group_rows(window.of_row, np.where(window.of_row >= 0, vector, -1))
    everywhere = group_rows(unit, vector)
    n_alike = everywhere.size[alike.first(everywhere.of_row)]
    share = (n_alike - alike.size + 1) / np.bincount(unit)[alike.first(unit)]
    n = window.size[alike.first(window.of_row)]
    chance = bdtrc(alike.size - 1.0, n, np.clip(share, 0.0, 1.0))
    capped = (alike.size >= _FEWEST) & (chance < _CHANCE)
    factor = np.append(np.where(capped, 1.0 / np.maximum(alike.size, 1), 1.0), 1.0)
    return np.asarray(factor[alike.of_row])
