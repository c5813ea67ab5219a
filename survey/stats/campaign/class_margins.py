"""The people each unit of a class serves, and those who answered, in the same categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.ages import AGE_VARIABLES
from survey.stats.campaign.plan import MarginPlan
from survey.stats.campaign.sample import NONE
from survey.stats.notices import Notice

FEWEST = 10  # answers about all units of a class from which a category has a slope of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMargin:
    """One variable over the units of a class.

    Attributes
    ----------
    variable : str
    codes : ndarray of intp, shape (n,)
        Category of each answer; the last category is not said.
    known : ndarray of float64, shape (u, k)
        Shares of the categories in each unit's population; of those who did not say, their own
        part of the unit's answers.
    """

    variable: str
    codes: IndexArray
    known: FloatArray


def fit_class_margin(
    known: Sequence[MarginPlan],
    *,
    categories: tuple[str, ...],
    codes: IndexArray,
    unit: IndexArray,
    weights: FloatArray,
) -> tuple[ClassMargin | None, list[Notice], dict[int, Notice]]:
    """Fit what is known of several populations to what the answers about all units can carry.

    Parameters
    ----------
    known : sequence of MarginPlan
        Totals of each unit's population.
    categories : tuple of str
        Names of the codes.
    codes, unit : ndarray of intp, shape (n,)
        Category of each answer, -1 not said; its unit, an index into ``known``.
    weights : ndarray of float64, shape (n,)

    Returns
    -------
    ClassMargin or None
        None where fewer than two categories are left to correct by.
    list of Notice
        On the class: categories with fewer than ``FEWEST`` answers about all its units go with
        their neighbour, or where there is no order the margin is not used.
    dict of int to Notice
        On single units: answers that claim a category in which nobody lives there count as not
        said.
    """
    totals = np.array([[dict(zip(m.categories, m.totals, strict=True)).get(c, 0.0)
                        for c in categories] for m in known])  # fmt: skip
    codes = codes.copy()
    claimed = (codes != NONE) & (totals[unit, codes] == 0)
    of_units = {
        int(u): Notice(
            "structural_zero_claimed", variable=known[u].variable,
            n=int((claimed & (unit == u)).sum()),
            categories=tuple(categories[c] for c in np.unique(codes[claimed & (unit == u)])),
        )
        for u in np.unique(unit[claimed])
    }  # fmt: skip
    codes[claimed] = NONE
    said = codes != NONE
    number = np.bincount(codes[said & (weights > 0)], minlength=len(categories))
    place, notices = _places(known[0].variable, categories, number, lived=totals.sum(axis=0) > 0)
    k = int(place.max()) + 1
    if k < 2:
        return None, notices, of_units
    shares = np.zeros((len(known), k))
    np.add.at(shares.T, place[place >= 0], totals.T[place >= 0])
    shares /= np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
    codes = np.where(said, place[codes], k)
    unknown = np.bincount(unit, weights * ~said, len(known)) / np.bincount(unit, weights)
    return (
        ClassMargin(
            variable=known[0].variable,
            codes=codes,
            known=np.column_stack([shares * (1 - unknown)[:, None], unknown]),
        ),
        notices,
        of_units,
    )


def _places(
    variable: str, categories: tuple[str, ...], number: IndexArray, *, lived: FloatArray
) -> tuple[IndexArray, list[Notice]]:
    """Return where each category goes, -1 where nobody lives; all -1 where the margin falls."""
    parts = [[c] for c in np.flatnonzero(lived).tolist()]
    notices: list[Notice] = []
    while len(parts) > 1:
        few = [i for i, part in enumerate(parts) if number[part].sum() < FEWEST]
        if not few:
            break
        names = [",".join(categories[c] for c in part) for part in parts]
        if variable not in AGE_VARIABLES:
            notices.append(
                Notice("margin_dropped", variable=variable, why="few",
                       categories=tuple(names[i] for i in few))
            )  # fmt: skip
            return np.full(len(categories), -1), notices
        i = few[-1]
        neighbour = i - 1 if i else 1
        notices.append(
            Notice("category_few", variable=variable, category=names[i], neighbour=names[neighbour],
                   n=int(number[parts[i]].sum()), needed=FEWEST)
        )  # fmt: skip
        low, high = min(i, neighbour), max(i, neighbour)
        parts[low : high + 1] = [parts[low] + parts[high]]
    place = np.full(len(categories), -1)
    for i, part in enumerate(parts):
        place[part] = i
    return place, notices
