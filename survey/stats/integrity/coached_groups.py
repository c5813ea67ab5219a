"""Respondent groups of a unit that answer as if they had been told what to tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.row_groups import vector_codes
from survey.stats.integrity.share_excess import ShareTable, excess_of_shares
from survey.stats.scipy_calls import bdtrc

_FEWEST = 8  # answers of a unit's group, and with the trait
_FEWEST_UNITS = 8  # other units in which the group answered
_SHRINK = 20.0  # answers at which what other groups say of a unit counts half
_ROUNDS = 2
# Parts of the false-alarm rate: for what a coach would ask for (the best answer, the next best, a
# mixture of both), for other sets of answers, for sheets dictated item by item.
_PARTS = 0.8, 0.1, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class CoachedGroup:
    """One unit and group in which one way of answering is commoner than honest people make it.

    Attributes
    ----------
    unit, group : int
    rows : ndarray of intp
        The answers of that way, ascending.
    of : int
        All answers of the unit's group.
    share : float
        Share of that way in the group's answers about the other units.
    alarms : float
        Expected number of groups so striking in a campaign without any coaching.
    """

    unit: int
    group: int
    rows: IndexArray
    of: int
    share: float
    alarms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Campaign:
    """The rated answers: how many there are of each unit and group, what others think of it."""

    unit: IndexArray
    group: IndexArray
    n: FloatArray
    level: FloatArray

    def count(self, here: IndexArray) -> FloatArray:
        size = self.n.shape[0] * self.n.shape[1]
        domain = self.unit[here] * self.n.shape[1] + self.group[here]
        return np.bincount(domain, minlength=size).reshape(self.n.shape).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trait:
    """A way of answering, its answers ascending, and by how many comparisons its chances count."""

    here: IndexArray
    hits: FloatArray
    looked_at: BoolArray
    comparisons: float


def find_coached_groups(
    *,
    unit: IndexArray,
    group: IndexArray,
    items: NDArray[np.integer],
    score: FloatArray,
    praise: tuple[int, ...],
    false_alarm_rate: float = 0.01,
) -> tuple[CoachedGroup, ...]:
    """Compare how a group answers about each unit with how it answers about the others.

    Parameters
    ----------
    unit, group : ndarray of intp, shape (n,)
        Codes from 0.
    items : ndarray of int, shape (n, k)
        Answers; below 1 is not rated.
    score : ndarray of float64, shape (n,)
        Score of each response; nan where nothing was rated (such responses are passed over).
    praise : tuple of int
        The answers a coach would ask for: the best one and the next.
    false_alarm_rate : float in (0, 1)
        Wanted bound on the expected number of findings without any coaching.

    Returns
    -------
    tuple of CoachedGroup
        At most one for each unit and group: its most striking way of answering.

    Notes
    -----
    Who is told what to tick uses few answers of the scale: all 5, all 4, a mixture of both. A way
    of answering is therefore the *set* of answers a sheet uses, whatever item they stand at, or,
    for a pattern dictated item by item, the sheet as a whole. How many sheets of each way a unit's
    group has is compared with the same group's about the other units (``share_excess``);
    Bonferroni over ways, units and groups, most of the rate kept for the ways of ``praise``. What
    is found leaves the yardstick, and the others are
    tested once more. Nothing here depends on addresses or moments: people who answer honestly in
    one hall are no finding unless they agree beyond what units differ by.

    A group in which nearly all tick all 5 by themselves cannot be told from a coached one by any
    test: where honest units reach the observed share with a chance above the rate over the number
    of comparisons, nothing is found.
    """
    rated = np.flatnonzero(np.isfinite(score))
    if not rated.size:
        return ()
    campaign = _campaign(unit[rated], group[rated], score[rated])
    traits = _traits(campaign, items[rated], praise)
    best: dict[tuple[int, int], CoachedGroup] = {}
    yardstick = campaign.n > 0
    for _ in range(_ROUNDS):
        found = [
            case
            for trait in traits
            for case in _judge(campaign, trait, yardstick, false_alarm_rate)
        ]
        for case in found:
            place = case.unit, case.group
            if place not in best or case.alarms < best[place].alarms:
                best[place] = case
        if not found:
            break
        yardstick = campaign.n > 0
        for place in best:
            yardstick[place] = False
    cases = (best[place] for place in sorted(best))
    return tuple(replace(case, rows=rated[case.rows]) for case in cases)


def _campaign(unit: IndexArray, group: IndexArray, score: FloatArray) -> _Campaign:
    shape = int(unit.max()) + 1, int(group.max()) + 1
    domain, size = unit * shape[1] + group, shape[0] * shape[1]
    n = np.bincount(domain, minlength=size).reshape(shape).astype(np.float64)
    total = np.bincount(domain, score, minlength=size).reshape(shape)
    mean = total / np.maximum(n, 1)
    usual = mean.sum(axis=0) / np.maximum((n > 0).sum(axis=0), 1)
    within = np.sqrt(np.mean((score - mean[unit, group]) ** 2)) if score.size else 0.0
    gap = np.where(n > 0, mean - usual, 0.0) / max(float(within), 1e-9)
    others = n.sum(axis=1, keepdims=True) - n
    level = ((n * gap).sum(axis=1, keepdims=True) - n * gap) / (others + _SHRINK)
    return _Campaign(unit=unit, group=group, n=n, level=level)


def _traits(
    campaign: _Campaign, items: NDArray[np.integer], praise: tuple[int, ...]
) -> list[_Trait]:
    used = np.zeros(items.shape[0], dtype=np.int64)
    for answer in np.unique(items[items > 0]):
        used |= (items == answer).any(axis=1).astype(np.int64) << int(answer)
    several = np.flatnonzero(used & (used - 1))  # a sheet of one answer alone is told by its set
    asked_for = {1 << answer for answer in praise} | {sum(1 << answer for answer in praise)}
    sets = list(_ways(used, np.flatnonzero(used)))
    praised = [here for kind, here in sets if kind in asked_for]
    other = [here for kind, here in sets if kind not in asked_for]
    dictated = [here for _sheet, here in _ways(vector_codes(items), several)]
    # A group about too few other units has nothing to be compared with.
    enough = (campaign.n >= _FEWEST) & ((campaign.n > 0).sum(axis=0) > _FEWEST_UNITS)
    return [
        trait
        for part, ways in zip(_PARTS, (praised, other, dictated), strict=True)
        for trait in _family(campaign, ways, enough, part)
    ]


def _ways(codes: NDArray[np.integer], among: IndexArray) -> Iterator[tuple[int, IndexArray]]:
    """Yield the codes that enough answers have, ascending, and which; of sheets there are many."""
    rows = among[np.argsort(codes[among], kind="stable")]
    kinds, starts, sizes = np.unique(codes[rows], return_index=True, return_counts=True)
    for kind, start, size in zip(kinds, starts, sizes, strict=True):
        if size >= _FEWEST:
            yield int(kind), rows[start : start + size]


def _family(
    campaign: _Campaign, ways: list[IndexArray], enough: BoolArray, part: float
) -> list[_Trait]:
    # Every unit's group counts, however few of its answers are of that way: which have many is
    # what is asked.
    comparisons = len(ways) * float(enough.sum()) / part
    traits = []
    for here in ways:
        hits = campaign.count(here)
        looked_at = enough & (hits >= _FEWEST)
        if looked_at.any():
            trait = _Trait(here=here, hits=hits, looked_at=looked_at, comparisons=comparisons)
            traits.append(trait)
    return traits


def _judge(
    campaign: _Campaign, trait: _Trait, yardstick: BoolArray, rate: float
) -> list[CoachedGroup]:
    hits, n = trait.hits, campaign.n
    known_hits, known = hits * yardstick, n * yardstick
    # Jeffreys' share elsewhere: no spread of the units can make a chance smaller than chance.
    elsewhere = (known_hits.sum(axis=0) - known_hits + 0.5) / (known.sum(axis=0) - known + 1)
    chance = bdtrc(np.maximum(hits - 1, 0.0), n.astype(np.intp), elsewhere)
    candidates = trait.looked_at & (chance * trait.comparisons < rate)
    if not candidates.any():
        return []
    table = ShareTable(hits=hits, n=n, level=campaign.level, yardstick=yardstick)
    alarms = trait.comparisons * excess_of_shares(table, candidates=candidates)
    domain = campaign.unit[trait.here] * n.shape[1] + campaign.group[trait.here]
    return [
        CoachedGroup(
            unit=int(u),
            group=int(g),
            rows=trait.here[domain == u * n.shape[1] + g],
            of=int(n[u, g]),
            share=float(elsewhere[u, g]),
            alarms=float(alarms[u, g]),
        )
        for u, g in np.argwhere(candidates & (alarms < rate))
    ]
