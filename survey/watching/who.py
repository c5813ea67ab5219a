"""Who answers of those invited, beside whom they were drawn from; and how answers came."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from survey.fieldwork.counting import found_not_eligible
from survey.model import Campaign, CampaignUnit, RespondentGroup
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.ages import age_bands
from survey.stats.campaign.plan import Plan
from survey.stats.nonresponse import represents_population
from survey.watching.daily_counts import codes_by_day
from survey.watching.days import days_of
from survey.watching.tally import Tally, Who

FEWEST = 30  # answers, below which chance alone decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category: answers, its share of them and of the people invited, and its partial R."""

    name: str
    n: int
    share: float
    population: float
    partial: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the margins; `r_indicator` is 1 where all categories answer alike."""

    dimension: str
    r_indicator: float
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAnswers:
    """A group weighted to the population: answers by code, their base, and each variable."""

    group: RespondentGroup
    answered: int
    issued: int
    not_eligible: int
    variables: tuple[Variable, ...]

    @property
    def rate(self) -> float:
        """Response rate 1 of AAPOR: answers over codes issued, without people not eligible."""
        return self.answered / (self.issued - self.not_eligible)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAnswers:
    """Groups weighted to the population, and all answers by channel and language."""

    groups: tuple[GroupAnswers, ...]
    channels: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]

    @property
    def n(self) -> int:
        """All answers."""
        return sum(n for _channel, n in self.channels)


def who_answers(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    tally: Tally,
    at: datetime,
) -> WhoAnswers:
    """Return who answered about some units, by what everybody who answers tells of himself."""
    ids = {unit.unit_id for unit in units}
    people = {who: n for who, n in tally.people.items() if who.unit_id in ids}
    by_channel, by_language = Counter[str](), Counter[str]()
    for who, n in people.items():
        by_channel[who.channel] += n
        by_language[who.lang] += n
    return WhoAnswers(
        groups=tuple(_groups(session, campaign, units, people, at)) if campaign.plan else (),
        channels=tuple((code, by_channel[code]) for code in scheme_of(campaign).channels),
        languages=tuple(sorted(by_language.items(), reverse=True)),
    )


def _groups(
    session: Session,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    people: Mapping[Who, int],
    at: datetime,
) -> Iterator[GroupAnswers]:
    plan = Plan.from_dict(campaign.plan or {})
    ids = [unit.unit_id for unit in units]
    gone = found_not_eligible(session, campaign, ids)
    codes, coded = Counter[tuple[int, str]](), set()
    issued_by_day = codes_by_day(session, campaign, days_of(campaign, at))
    for (unit_id, asked, channel), by_day in issued_by_day.items():
        if unit_id in ids:
            codes[unit_id, asked] += sum(by_day.values())
            coded.add((asked, channel))
    weighted = {entry.group_code for entry in plan.groups if entry.margins}
    for group in campaign.groups:
        issued = sum(n for (_unit, code), n in codes.items() if code == group.code)
        mine = {
            who: n
            for who, n in people.items()
            if who.group_code == group.code and (group.code, who.channel) in coded
        }
        excluded = sum(n for way, n in gone.items() if way[0] == group.code and way in coded)
        if group.code not in weighted or not 0 < sum(mine.values()) <= issued - excluded:
            continue
        drawn = _drawn_from(plan, units, {unit: codes[unit, group.code] for unit in ids})
        yield GroupAnswers(
            group=group,
            answered=sum(mine.values()),
            issued=issued,
            not_eligible=excluded,
            variables=tuple(_variables(_levels(campaign, mine), drawn, issued - excluded)),
        )


_Levels = Mapping[str, Mapping[str, float]]


def _drawn_from(plan: Plan, units: Sequence[CampaignUnit], codes: Mapping[int, int]) -> _Levels:
    """Return how many of the people invited should be of each category, as their units' are."""
    margins = {entry.population: entry.margins for entry in plan.populations}
    of_unit = {entry.unit_code: entry.population for entry in plan.units}
    out: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for unit in units:
        for margin in margins.get(of_unit[unit.unit.code], ()):
            whole = sum(margin.totals)
            for name, total in zip(margin.categories, margin.totals, strict=True):
                out[margin.variable][name] += codes[unit.unit_id] * total / whole
    return out


def _levels(campaign: Campaign, people: Mapping[Who, int]) -> _Levels:
    """Return answers by the same variables and categories."""
    options = {item["id"]: item["options"] for item in campaign.questionnaire.content["profile"]}
    bands = age_bands(options["P1"])
    out: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for who, n in people.items():
        out["sex"][options["P2"][who.sex]] += n
        out["residence"][options["P4"][who.residence]] += n
        for name, band in bands.items():
            out[name][band.get(options["P1"][who.age], "")] += n
    return out


def _variables(answered: _Levels, drawn: _Levels, invited: int) -> Iterator[Variable]:
    for dimension, expected in drawn.items():
        names = [name for name, n in expected.items() if n > 0]
        n = np.array([answered[dimension][name] for name in names] if dimension in answered else [])
        if n.sum() < FEWEST:
            continue
        people = np.array([expected[name] for name in names])
        found = represents_population(
            answers=n.astype(float), population=people, invited=float(invited)
        )
        yield Variable(
            dimension=dimension,
            r_indicator=found.r_indicator,
            categories=tuple(
                Category(
                    name=name,
                    n=int(n[k]),
                    share=float(n[k] / n.sum()),
                    population=float(people[k] / people.sum()),
                    partial=float(found.partial[k]),
                )
                for k, name in enumerate(names)
            ),
        )
