"""Totals of two variables that cannot both be met, and the categories they are of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, total_by
from survey.stats.scipy_calls import connected_components, csr_array

_DIFFERENT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Categories of one variable and of another whose totals contradict.

    Attributes
    ----------
    same_people : bool
        They only occur together, so that their totals must be equal; otherwise all in
        ``categories`` are in ``other_categories``, which hold fewer people.
    variable, other_variable : int
        Places of the two variables.
    categories, other_categories : ndarray of intp
    total, other_total : float
    """

    same_people: bool
    variable: int
    categories: IndexArray
    total: float
    other_variable: int
    other_categories: IndexArray
    other_total: float


_Found = tuple[IndexArray, float, IndexArray, float]


def contradiction(
    codes: Sequence[IndexArray], totals: Sequence[FloatArray]
) -> Contradiction | None:
    """Find what contradicts between two variables at a time; None where nothing does.

    Parameters
    ----------
    codes : sequence of ndarray of intp, each of shape (c,)
        Of each variable the category of each combination that somebody of positive weight is in.
    totals : sequence of ndarray of float64, each of shape (k,)
        Known totals, brought to one population size.

    Notes
    -----
    Categories that occur together, directly or by a chain, are levels of a factor that both
    variables share, as sex is where one is sex by age and the other sex by town: there the totals
    of both must agree. Within a level no category may have more people than the categories of the
    other variable that it occurs with.
    """
    finders: tuple[Callable[..., _Found | None], ...] = (_same_people, _out_of_reach)
    for find in finders:
        for i, j in permutations(range(len(codes)), 2):
            together = np.zeros((totals[i].size, totals[j].size), dtype=bool)
            together[codes[i], codes[j]] = True
            found = find(together, totals[i], totals[j])
            if found is not None:
                return Contradiction(
                    same_people=find is _same_people,
                    variable=i, categories=found[0], total=found[1],
                    other_variable=j, other_categories=found[2], other_total=found[3],
                )  # fmt: skip
    return None


def _same_people(together: BoolArray, first: FloatArray, second: FloatArray) -> _Found | None:
    k, m = together.shape
    nothing = np.zeros((k, k)), np.zeros((m, m))
    graph = csr_array(np.block([[nothing[0], together], [together.T, nothing[1]]]))
    n_levels, level = connected_components(graph, directed=False)
    sums = total_by(level[:k], first, n_levels), total_by(level[k:], second, n_levels)
    # A category nobody is in is a level by itself, refused before.
    both = np.isin(np.arange(n_levels), level[:k]) & np.isin(np.arange(n_levels), level[k:])
    apart = np.flatnonzero(both & _differ(*sums))
    if not apart.size:
        return None
    one = apart[0]
    here = np.flatnonzero(level[:k] == one), np.flatnonzero(level[k:] == one)
    return here[0], float(sums[0][one]), here[1], float(sums[1][one])


def _out_of_reach(together: BoolArray, first: FloatArray, second: FloatArray) -> _Found | None:
    reach = together.astype(np.float64) @ second
    beyond = np.flatnonzero((first > reach) & _differ(first, reach))
    if not beyond.size:
        return None
    one = beyond[0]
    return beyond[:1], float(first[one]), np.flatnonzero(together[one]), float(reach[one])


def _differ(one: FloatArray, other: FloatArray) -> BoolArray:
    return np.asarray(np.abs(one - other) > _DIFFERENT * np.maximum(one, other))
