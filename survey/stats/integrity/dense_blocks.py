"""Sources that answer about one unit far more than about the others, taken together."""

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import IndexArray
from survey.stats.integrity.row_groups import RowGroups, group_rows
from survey.stats.scipy_calls import bdtrc

_CHANCE = 0.01  # that an indifferent source would concentrate so
_LARGE = 64  # a source with so many answers is a carrier, tested by itself
_FEWEST = 12  # answers in a block; a source with as many is tested by itself


def find_dense_blocks(*, unit: IndexArray, source: NDArray[np.int64]) -> RowGroups:
    """Join, unit by unit, the small sources that concentrate on the unit.

    Parameters
    ----------
    unit : ndarray of intp, shape (n,)
    source : ndarray of int64, shape (n,)
        Network or device; -1 unknown.

    Returns
    -------
    RowGroups
        At most one block a unit, of 12 answers or more.

    Notes
    -----
    An attacker hides by splitting the work over many sources and by answering about other units
    too. Each source's number of answers about the unit is compared with the binomial of its
    size and the unit's share of all answers, so added answers elsewhere hardly help (the bound
    of FRAUDAR rests on the same weighting by column). Honest neighbours concentrate too; only
    the evidence of their answers decides.

    References
    ----------
    Hooi, B. et al. (2016), FRAUDAR, KDD, 895-904. doi:10.1145/2939672.2939747
    """
    pairs = group_rows(unit, source)
    of_source = np.bincount(source[source >= 0])
    total = of_source[pairs.first(source.astype(np.intp))]
    share = (np.bincount(unit) / max(unit.size, 1))[pairs.first(unit)]
    small = (pairs.size >= 2) & (pairs.size < _FEWEST) & (total < _LARGE)
    chance = bdtrc(pairs.size - 1.0, total, np.clip(share, 0.0, 1.0))
    dense = small & (chance < _CHANCE)
    member = (pairs.of_row >= 0) & np.append(dense, values=[False])[pairs.of_row]
    size = np.bincount(unit[member], minlength=int(unit.max(initial=0)) + 1)
    return group_rows(np.where(member & (size[unit] >= _FEWEST), unit, -1))
