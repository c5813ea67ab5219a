"""What of each answer is given out: by the rules of the public page, of the office's, and k alike.

Units and groups are told where the public page tells their numbers, so that the file counts out
nothing that the page hides; how one came in, where no few people can be told from it and the page
together; facts about the person, where enough answers are alike in all of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.exchange.microdata.reading import FACTS, Answers
from survey.problems import Refused
from survey.publication.answered import ALL, Answered
from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.plan import Plan
from survey.stats.disclosure import (
    CannotHideError,
    PublishedSums,
    TooFewRowsError,
    hide_small,
    withhold_rare,
)
from survey.wording import problem_of

_UNIT, _GROUP, _ENTRY = (FACTS.index(name) for name in ("unit", "group", "entry"))
_KINDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the scheme says: the smallest number shown, and how closely one may be told."""

    smallest: int
    width: int


def told_facts(answers: Answers, *, plan: Plan, page: Answered, rules: Rules) -> NDArray[np.intp]:
    """Return the facts of each answer, -1 where one is not given out.

    Raises Refused where there are too few answers to give out any.
    """
    facts = answers.facts.copy()
    units = [unit.unit_code for unit in plan.units]
    groups = [group.group_code for group in plan.groups]
    units_told = np.array([page.units[unit, ALL] is not None for unit in units])
    cells_told = np.array([[page.units[u, g] is not None for g in groups] for u in units])
    cells_told &= units_told[:, None]
    entries_told = np.zeros_like(cells_told)
    for place, code in enumerate(groups):
        group = _Group(
            counts=_counts(answers, place, plan),
            told=cells_told[:, place],
            known=_known(page, code, plan),
        )
        entries_told[:, place] = _entries_told(group, plan, rules)
    unit, group_of = facts[:, _UNIT].copy(), facts[:, _GROUP].copy()
    facts[~units_told[unit], _UNIT] = -1
    facts[~cells_told[unit, group_of], _GROUP] = -1
    facts[~entries_told[unit, group_of], _ENTRY] = -1
    try:
        facts[withhold_rare(facts, smallest=rules.smallest)] = -1
    except TooFewRowsError as error:
        raise Refused([problem_of(error)]) from error
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """A group's answers by unit and channel, the units it is told of, and what the page tells."""

    counts: FloatArray
    told: BoolArray
    known: list[FloatArray]


def _known(page: Answered, group: str, plan: Plan) -> list[FloatArray]:
    """Return which answers of a group the numbers count that the page shows of it."""
    every = np.ones((len(plan.units), len(plan.channels)))
    names = np.array([channel.channel for channel in plan.channels])
    shown = [channel for (of, channel), n in page.channels.items() if of == group and n is not None]
    if page.units[ALL, group] is not None:
        shown.append(ALL)
    return [(every if channel == ALL else every * (names == channel)).ravel() for channel in shown]


def _entries_told(group: _Group, plan: Plan, rules: Rules) -> BoolArray:
    """Return in which units it may be told how answers of a group came in, invited or not.

    Nowhere, where the page's numbers would give one of few people away whatever else is hidden.
    """
    invited = np.array([channel.invited for channel in plan.channels])
    every, places = np.ones_like(invited), np.arange(invited.size)
    units = np.flatnonzero(group.told).tolist()
    kinds = [_part(group, unit, invited == kind) for unit in units for kind in range(_KINDS)]
    known = [*group.known, *(_part(group, unit, every) for unit in units)]
    few = [_part(group, unit, every) for unit in np.flatnonzero(~group.told).tolist()]
    few += [np.tile(places == place, len(group.told)).astype(np.float64) for place in places]
    few = [part for part in few if 0 < part @ group.counts.ravel() < rules.smallest]
    found = np.zeros(len(group.told), dtype=np.bool_)
    try:
        shown = hide_small(
            _sums([*kinds, *known, *few], group.counts),
            smallest=rules.smallest,
            width=rules.width,
            fixed=np.repeat([False, True, False], [len(kinds), len(known), len(few)]),
        )
    except CannotHideError:
        return found
    found[units] = shown[: len(kinds)].reshape(len(units), _KINDS).all(axis=1)
    return found


def _counts(answers: Answers, group: int, plan: Plan) -> FloatArray:
    """Return how many answers of a group came by unit and channel."""
    units, groups = answers.facts[:, _UNIT].tolist(), answers.facts[:, _GROUP].tolist()
    counted = Counter(
        (unit, channel)
        for unit, of, channel in zip(units, groups, answers.channels, strict=True)
        if of == group
    )
    channels = [channel.channel for channel in plan.channels]
    rows = [[counted[unit, one] for one in channels] for unit in range(len(plan.units))]
    return np.array(rows, dtype=np.float64)


def _part(group: _Group, unit: int, of: BoolArray) -> FloatArray:
    part = np.zeros_like(group.counts)
    part[unit, of] = 1
    return part.ravel()


def _sums(parts: list[FloatArray], counts: FloatArray) -> PublishedSums:
    matrix = np.array(parts).reshape(len(parts), counts.size)
    return PublishedSums(
        names=tuple(map(str, range(len(parts)))),
        values=matrix @ counts.ravel(),
        parts=matrix,
        rules=np.zeros((0, counts.size)),
    )
