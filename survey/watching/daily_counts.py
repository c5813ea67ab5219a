"""Counters, codes issued and reminders, as the forecast takes them.

Of whole days, by unit, group and channel.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.fieldwork.counting import codes_in_use
from survey.fieldwork.days import FieldworkDays
from survey.fieldwork.invitations.withdrawals import withdrawals
from survey.model import (
    Campaign,
    CoveredUnit,
    Entrance,
    GroupCoefficient,
    ProgressCounter,
    Proposal,
    Reminder,
)
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.arrays import FloatArray
from survey.stats.forecasting import DailyCounts

Way = tuple[int, str, str]  # unit, group, channel
ByDay = dict[Way, dict[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Daily counts, the unit and group of each cell, and the channel of each series."""

    counts: DailyCounts
    cells: tuple[tuple[int, str], ...]
    channels: tuple[str, ...]


def counted_until(session: Session, *, campaign: Campaign, days: FieldworkDays) -> Counted | None:
    """Return a campaign's counts of the days that are over; None before one is, or without a plan.

    Of every unit, for each is foretold by what its like did, whoever may see which of them.
    """
    cells = tuple(_asked(session, campaign))
    if not days.over or not cells:
        return None
    channels = tuple(scheme_of(campaign).channels)
    answers = _answers(session, campaign, days)
    codes = codes_by_day(session, campaign, days)
    posters = _posters(session, campaign, days)
    ways = [(unit, group, channel) for unit, group in cells for channel in channels]
    coded = {channel for _unit, _group, channel in codes}
    groups = [group.code for group in campaign.groups]
    return Counted(
        cells=cells,
        channels=tuple(channel for _unit, _group, channel in ways),
        counts=DailyCounts(
            answers=_grid(answers, ways, days),
            sent=_grid({**_begun(answers, posters, coded), **codes}, ways, days),
            reminded=_grid(_reminded(session, campaign, days), ways, days),
            kind=np.tile(np.arange(len(channels)), len(cells)),
            takes_codes=np.array([channel in coded for _unit, _group, channel in ways]),
            cell=np.repeat(np.arange(len(cells)), len(channels)),
            pool=np.array([groups.index(group) for _unit, group, _channel in ways]),
            first_weekday=days.first.weekday(),
            days=days.n,
        ),
    )


def counts_version(session: Session, *, campaign: Campaign, days: FieldworkDays) -> Hashable:
    """Return what differs whenever the counts of whole days, codes issued or reminders differ.

    Answers of today change nothing of it, however many come.
    """
    today = (days.first + timedelta(days=days.over)).isoformat()
    counter = ProgressCounter
    settled = sa.select(sa.func.sum(counter.valid)).where(
        counter.campaign_id == campaign.id, counter.day < today
    )
    newest = sa.select(sa.func.max(Entrance.id))
    decided = sa.select(sa.func.max(Proposal.done_at)).where(Proposal.campaign_id == campaign.id)
    reminded = sa.select(sa.func.max(Reminder.id))
    parts = (query.scalar_subquery() for query in (settled, newest, decided, reminded))
    return campaign.state, days, campaign.ends_at, *session.execute(sa.select(*parts)).one()


def _asked(session: Session, campaign: Campaign) -> Iterable[tuple[int, str]]:
    rows = session.scalars(
        sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
    )
    asked = {(row.class_code, row.group_code) for row in rows if row.target_valid}
    for taking_part in campaign.units:
        for group in campaign.groups:
            if (taking_part.class_code, group.code) in asked:
                yield taking_part.unit_id, group.code


def _answers(session: Session, campaign: Campaign, days: FieldworkDays) -> ByDay:
    counter = ProgressCounter
    rows = session.execute(
        sa.select(
            counter.unit_id, counter.group_code, counter.channel, counter.day, counter.valid
        ).where(counter.campaign_id == campaign.id)
    )
    out: ByDay = defaultdict(dict)
    for unit_id, group_code, channel, day, valid in rows:
        number = (date.fromisoformat(day) - days.first).days
        if 0 <= number < days.over:
            out[unit_id, group_code, channel][number] = valid
    return out


def codes_by_day(session: Session, campaign: Campaign, days: FieldworkDays) -> ByDay:
    """Return codes issued by unit, group and channel, without those withdrawn."""
    out: ByDay = defaultdict(lambda: defaultdict(int))
    for codes in codes_in_use(session, campaign):
        way = (codes.unit_id, codes.group_code, codes.channel)
        out[way][days.number(codes.issued_at, campaign)] += codes.n
    return out


def _reminded(session: Session, campaign: Campaign, days: FieldworkDays) -> ByDay:
    """Return people reminded by unit, group and channel, as far as their codes still open."""
    query = (
        sa.select(
            sa.func.coalesce(Entrance.unit_id, CoveredUnit.unit_id),
            *(Entrance.group_code, Entrance.channel, Reminder.reminded_at, Reminder.reminded),
        )
        .join(Entrance, Entrance.id == Reminder.batch)
        .outerjoin(CoveredUnit, CoveredUnit.invitation_id == Entrance.id)
        .where(
            Reminder.campaign_id == campaign.id,
            Reminder.batch.not_in(list(withdrawals(session, campaign=campaign))),
        )
    )
    out: ByDay = defaultdict(lambda: defaultdict(int))
    for unit_id, group_code, channel, at, n in session.execute(query):
        out[unit_id, group_code, channel][days.number(at, campaign)] += n
    return out


def _posters(session: Session, campaign: Campaign, days: FieldworkDays) -> dict[Way, int]:
    """Return the day on which the first poster of a unit and group hung."""
    by = (Entrance.unit_id, Entrance.group_code, Entrance.channel)
    rows = session.execute(
        sa.select(*by, sa.func.min(Entrance.issued_at))
        .where(Entrance.campaign_id == campaign.id, Entrance.kind == "poster")
        .group_by(*by)
    )
    return {
        (unit_id, group_code, channel): days.number(at, campaign)
        for unit_id, group_code, channel, at in rows
        if unit_id is not None
    }


def _begun(answers: ByDay, posters: dict[Way, int], coded: set[str]) -> ByDay:
    """Return when each series that needs no codes could begin: by its poster or first answer."""
    begun: ByDay = {}
    for way in {*answers, *posters}:
        if way[2] not in coded:
            first = [*answers.get(way, ()), *([posters[way]] if way in posters else [])]
            begun[way] = {min(first): 1}
    return begun


def _grid(by_day: ByDay, ways: Sequence[Way], days: FieldworkDays) -> FloatArray:
    grid = np.zeros((len(ways), days.over))
    for row, way in enumerate(ways):
        for day, n in by_day.get(way, {}).items():
            if day < days.over:
                grid[row, day] = n
    return grid
