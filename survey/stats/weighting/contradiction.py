"""Margins that cannot all be met, and the categories whose totals contradict one another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, total_by
from survey.stats.notices import Notice
from survey.stats.weighting.cells import Cells
from survey.stats.weighting.margin import Margin

_DIFFERENT = 1e-9


def contradiction(
    cells: Cells, margins: Sequence[Margin], base_weights: FloatArray
) -> Notice | None:
    """Find categories of two margins that are the same people by two totals, or not enough people.

    Parameters
    ----------
    cells : Cells
        Of the rows, whose codes are those of ``margins``.
    margins : sequence of Margin
        Of one population size.
    base_weights : ndarray of float64, shape (c,)
        Of each cell.

    Returns
    -------
    Notice or None
        ``totals_contradict``: categories that only occur together, as where both margins are
        crossed with one factor, must have one total. ``totals_out_of_reach``: a category occurs
        with certain ones of the other margin alone, which hold fewer people. None where two
        margins at a time do not contradict.
    """
    present = base_weights > 0
    size = float(margins[0].totals.sum()) if margins else 0.0
    totals = [margin.totals * (size / margin.totals.sum()) for margin in margins]
    pairs = [
        (i, j, _together(cells, margins, present, i, j))
        for i, j in permutations(range(len(margins)), 2)
    ]
    for i, j, together in pairs:
        if found := _same_people(together, totals[i], totals[j]):
            one, total, other, other_total = found
            return Notice(
                "totals_contradict",
                variable=margins[i].variable, categories=_names(margins[i], one), total=total,
                other_variable=margins[j].variable, other_categories=_names(margins[j], other),
                other_total=other_total,
            )  # fmt: skip
    for i, j, together in pairs:
        if found := _out_of_reach(together, totals[i], totals[j]):
            one, total, other, other_total = found
            return Notice(
                "totals_out_of_reach",
                variable=margins[i].variable, categories=_names(margins[i], one), total=total,
                other_variable=margins[j].variable, other_categories=_names(margins[j], other),
                other_total=other_total,
            )  # fmt: skip
    return None


def _together(
    cells: Cells, margins: Sequence[Margin], present: BoolArray, i: int, j: int
) -> BoolArray:
    """Tell which categories of margins i and j occur together: a table of both."""
    pairs = np.zeros((len(margins[i].categories), len(margins[j].categories)), dtype=bool)
    pairs[cells.codes[i][present], cells.codes[j][present]] = True
    return pairs


def _names(margin: Margin, codes: IndexArray) -> tuple[str, ...]:
    return tuple(margin.categories[code] for code in codes)


_Found = tuple[IndexArray, float, IndexArray, float]


def _same_people(pairs: BoolArray, first: FloatArray, second: FloatArray) -> _Found | None:
    k, m = pairs.shape
    graph = csr_array(np.block([[np.zeros((k, k)), pairs], [pairs.T, np.zeros((m, m))]]))
    n_parts, part = connected_components(graph, directed=False)
    of_first, of_second = part[:k], part[k:]
    sums = total_by(of_first, first, n_parts), total_by(of_second, second, n_parts)
    # A category nobody is in is a part by itself, refused before.
    both = np.isin(np.arange(n_parts), of_first) & np.isin(np.arange(n_parts), of_second)
    for one in np.flatnonzero(both & _differ(*sums)):
        here = np.flatnonzero(of_first == one), np.flatnonzero(of_second == one)
        return here[0], float(sums[0][one]), here[1], float(sums[1][one])
    return None


def _out_of_reach(pairs: BoolArray, first: FloatArray, second: FloatArray) -> _Found | None:
    reach = pairs.astype(np.float64) @ second
    for category in np.flatnonzero((first > reach) & _differ(first, reach)):
        beside = np.flatnonzero(pairs[category])
        return np.array([category]), float(first[category]), beside, float(reach[category])
    return None


def _differ(one: FloatArray, other: FloatArray) -> BoolArray:
    return np.asarray(np.abs(one - other) > _DIFFERENT * np.maximum(one, other))
