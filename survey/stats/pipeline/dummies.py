"""Categories as columns, a reference left out, where each side has enough of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.sample import NONE


def dummies(
    coded: Sequence[tuple[int, NDArray[np.integer]]],
    *,
    sides: Sequence[BoolArray],
    fewest: int,
) -> FloatArray:
    """Return a constant and the dummies of some variables, shape (m, p).

    Parameters
    ----------
    coded : sequence of (int, ndarray of integers of shape (m,))
        Each variable's number of categories and codes; -1 is not known, a category like any
        other.
    sides : sequence of ndarray of bool, shape (m,)
        Parts of the rows that are to be told apart.
    fewest : int
        A category of which one side has fewer goes with the reference: no chance can be
        estimated in it.

    Returns
    -------
    ndarray of float64, shape (m, p)
    """
    m = sides[0].size
    columns = [np.ones(m)]
    for size, codes in coded:
        found = [codes == code for code in (*range(size), NONE)]
        found = [members for members in found if _in_all(members, sides, fewest)]
        rest = ~np.any(found, axis=0) if found else np.ones(m, dtype=np.bool_)
        # The rest is the reference if it can be one; else it goes with the first category.
        kept = found if _in_all(rest, sides, fewest) else found[1:]
        columns += [members.astype(np.float64) for members in kept]
    return np.stack(columns, axis=1)


def known_of_invited(
    domains: CampaignDomains, invitations: Invitations, sides: Sequence[BoolArray], *, fewest: int
) -> FloatArray:
    """Return what the frame knows of everybody invited, as ``dummies`` does, shape (m, p)."""
    sides = tuple(side for side in sides if side.any())
    coded: list[tuple[int, NDArray[np.integer]]] = [(len(domains.groups), invitations.group)]
    for variable in invitations.variables:
        categories, codes = invitations.codes_of(variable)
        coded.append((len(categories), codes))
    return dummies(coded, sides=sides, fewest=fewest)


def _in_all(members: BoolArray, sides: Sequence[BoolArray], fewest: int) -> bool:
    return min(int((members & side).sum()) for side in sides) >= fewest
