"""Who answers of those invited, beside whom they were drawn from; and how answers came."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from survey.fieldwork.counting import found_not_eligible
from survey.fieldwork.days import days_of
from survey.model import PAGE_LANGUAGES, Campaign, CampaignUnit, RespondentGroup
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.campaign.ages import age_bands
from survey.stats.campaign.plan import MarginPlan, Plan
from survey.stats.nonresponse import represents_population
from survey.watching.daily_counts import codes_by_day
from survey.watching.tally import Alike, people
from survey.watching.withheld import told

_PLAIN = {"sex": "P2", "residence": "P4"}  # as the questionnaire has them
FEWEST = 30  # answers, below which chance alone decides


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category: answers, its share of them and of the people invited, and its partial R.

    Answers, in tens, and what is computed from them are None where they are not told.
    """

    name: str
    n: int | None
    share: float | None
    population: float
    partial: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One variable of the margins; `r_indicator` is 1 where all categories answer alike.

    None where answers of a category are not told.
    """

    dimension: str
    r_indicator: float | None
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
    """Groups weighted to the population, and all answers by channel and language.

    By language in tens, None where they are not told.
    """

    groups: tuple[GroupAnswers, ...]
    channels: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int | None], ...]

    @property
    def n(self) -> int:
        """All answers."""
        return sum(n for _channel, n in self.channels)


def who_answers(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    at: datetime,
) -> WhoAnswers:
    """Return who answered about some units, by what everybody who answers tells of himself."""
    counted = people(session, campaign, units)
    by_channel, by_language = Counter[str](), Counter[str](dict.fromkeys(PAGE_LANGUAGES, 0))
    for alike, n in counted.items():
        if alike.about == "lang":
            by_channel[alike.channel] += n
            by_language[alike.value] += n
    return WhoAnswers(
        groups=tuple(_groups(session, campaign, units, counted, at)) if campaign.plan else (),
        channels=tuple((code, by_channel[code]) for code in scheme_of(campaign).channels),
        languages=tuple(sorted(told(by_language).items(), reverse=True)),
    )


def _groups(
    session: Session,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    counted: Mapping[Alike, int],
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
    margins = {entry.population: entry.margins for entry in plan.populations}
    of_unit = {entry.unit_code: margins.get(entry.population, ()) for entry in plan.units}
    for group in campaign.groups:
        issued = sum(n for (_unit, code), n in codes.items() if code == group.code)
        mine = {
            alike: n
            for alike, n in counted.items()
            if alike.group_code == group.code and (group.code, alike.channel) in coded
        }
        answered = sum(n for alike, n in mine.items() if alike.about == "lang")
        excluded = sum(n for way, n in gone.items() if way[0] == group.code and way in coded)
        if group.code not in weighted or not 0 < answered <= issued - excluded:
            continue
        drawn = _drawn_from(of_unit, units, {unit: codes[unit, group.code] for unit in ids})
        yield GroupAnswers(
            group=group,
            answered=answered,
            issued=issued,
            not_eligible=excluded,
            variables=tuple(_variables(_levels(campaign, mine), drawn, issued - excluded)),
        )


_Levels = Mapping[str, Mapping[str, float]]


def _drawn_from(
    margins: Mapping[str, Sequence[MarginPlan]],
    units: Sequence[CampaignUnit],
    codes: Mapping[int, int],
) -> _Levels:
    """Return how many of the people invited should be of each category, as their units' are."""
    out: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for unit in units:
        for margin in margins[unit.unit.code]:
            whole = sum(margin.totals)
            for name, total in zip(margin.categories, margin.totals, strict=True):
                out[margin.variable][name] += codes[unit.unit_id] * total / whole
    return out


def _levels(campaign: Campaign, counted: Mapping[Alike, int]) -> _Levels:
    """Return answers by the same variables and categories."""
    options = {item["id"]: item["options"] for item in campaign.questionnaire.content["profile"]}
    bands = age_bands(options["P1"])
    out: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for alike, n in counted.items():
        if alike.about in _PLAIN:
            out[alike.about][options[_PLAIN[alike.about]][int(alike.value)]] += n
        elif alike.about == "age":
            for name, band in bands.items():
                out[name][band.get(options["P1"][int(alike.value)], "")] += n
    return out


def _variables(answered: _Levels, drawn: _Levels, invited: int) -> Iterator[Variable]:
    for dimension, expected in drawn.items():
        people = {name: n for name, n in expected.items() if n > 0}
        counts = {name: int(answered.get(dimension, {}).get(name, 0)) for name in people}
        if sum(counts.values()) >= FEWEST:
            yield _variable(dimension, told(counts), people, invited)


def _variable(
    dimension: str, counts: Mapping[str, int | None], people: Mapping[str, float], invited: int
) -> Variable:
    """Return a variable by the answers that are told; more would tell those that are not."""
    n, whole = [n for n in counts.values() if n is not None], sum(people.values())
    found = None
    if len(n) == len(counts):
        found = represents_population(
            answers=np.array(n, dtype=float),
            population=np.array([*people.values()]),
            invited=float(invited),
        )
    return Variable(
        dimension=dimension,
        r_indicator=found.r_indicator if found else None,
        categories=tuple(
            Category(
                name=name,
                n=counts[name],
                share=(counts[name] or 0) / sum(n) if found else None,
                population=people[name] / whole,
                partial=float(found.partial[k]) if found else None,
            )
            for k, name in enumerate(people)
        ),
    )
