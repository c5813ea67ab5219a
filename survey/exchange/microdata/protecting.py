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
from survey.stats.campaign.code_lists import CodeLists
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


def told_facts(
    answers: Answers, *, lists: CodeLists, page: Answered, rules: Rules
) -> NDArray[np.intp]:
    """Return the facts of each answer, -1 where one is not given out.

    Raises Refused where there are too few answers to give out any.
    """
    facts = answers.facts.copy()
    units_told = np.array([page.units[unit, ALL] is not None for unit in lists.units])
    cells_told = np.array(
        [[page.units[u, g] is not None for g in lists.groups] for u in lists.units]
    )
    cells_told &= units_told[:, None]
    entries_told = np.zeros_like(cells_told)
    invited = np.array([channel in lists.invited for channel in lists.channels])
    for place, code in enumerate(lists.groups):
        if _is_shown_by_channel(page, code):
            told = cells_told[:, place]
            counts = _counts(answers, place, lists)[told]
            entries_told[told, place] = _entries_told(counts, invited, rules)
    unit, group_of = facts[:, _UNIT].copy(), facts[:, _GROUP].copy()
    facts[~units_told[unit], _UNIT] = -1
    facts[~cells_told[unit, group_of], _GROUP] = -1
    facts[~entries_told[unit, group_of], _ENTRY] = -1
    try:
        facts[withhold_rare(facts, smallest=rules.smallest)] = -1
    except TooFewRowsError as error:
        raise Refused([problem_of(error)]) from error
    return facts


def _is_shown_by_channel(page: Answered, group: str) -> bool:
    """Say whether the page shows all of a group's answers by channel.

    Where it hides one, a file that tells of single units how answers came in could give it away.
    Where it hides none, the file adds nothing to what the page lets be told of hidden cells: their
    answers may be of either kind.
    """
    return None not in {n for (of, _channel), n in page.channels.items() if of == group}


def _entries_told(counts: FloatArray, invited: BoolArray, rules: Rules) -> BoolArray:
    """Return in which units it may be told how answers of a group came in, invited or not.

    `counts` are by unit the file tells of and by channel, `invited` says which channels invite.
    The attacker is taken to know all else: what these units have together by channel, and what
    each has in all. Nowhere, where that would give a number of few people away whatever is hidden.
    """
    every, units = np.ones_like(invited), range(len(counts))
    kinds = [_part(counts, unit, invited == kind) for unit in units for kind in range(_KINDS)]
    known = [_part(counts, unit, every) for unit in units]
    known += [
        np.tile(np.arange(invited.size) == place, len(counts)).astype(np.float64)
        for place in range(invited.size)
    ]
    try:
        shown = hide_small(
            _sums([*kinds, *known], counts),
            smallest=rules.smallest,
            width=rules.width,
            fixed=np.repeat([False, True], [len(kinds), len(known)]),
        )
    except CannotHideError:
        return np.zeros(len(counts), dtype=np.bool_)
    both = shown[: len(kinds)].reshape(len(counts), _KINDS)
    return both[:, 0] & both[:, 1]


def _counts(answers: Answers, group: int, lists: CodeLists) -> FloatArray:
    """Return how many answers of a group came by unit and channel."""
    units, groups = answers.facts[:, _UNIT].tolist(), answers.facts[:, _GROUP].tolist()
    counted = Counter(
        (unit, channel)
        for unit, of, channel in zip(units, groups, answers.channels, strict=True)
        if of == group
    )
    rows = [[counted[unit, one] for one in lists.channels] for unit in range(len(lists.units))]
    return np.array(rows, dtype=np.float64)


def _part(counts: FloatArray, unit: int, of: BoolArray) -> FloatArray:
    part = np.zeros_like(counts)
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
