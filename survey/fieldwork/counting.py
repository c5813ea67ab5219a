"""What the progress counts: answers from the counters, codes from the entrances, no answer read.

A unit's own liaison is shown coarse counts of the days before today: from exact ones that move
with each answer whoever sits at the counter would learn who has just answered.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from survey.clock import local_day
from survey.model import (
    Campaign,
    CodeBatch,
    ContactAttempt,
    CoveredUnit,
    Entrance,
    GroupCoefficient,
    ProgressCounter,
    Response,
)
from survey.tallies.told import tallies

FEWEST_TOLD = 10  # a smaller count would tell of single people
_STEP = 5
_NEVER = "9999"  # after every day

ByWay = dict[tuple[str, str], int]  # by group and channel
Repeated = tuple[int, str, str, str]  # unit, group, channel, day


class Counted(NamedTuple):
    """Answers of one unit, group and channel."""

    unit_id: int
    group_code: str
    channel: str
    received: int
    valid: int
    sources: int


def set_aside(
    session: Session, *, campaign: Campaign, unit_ids: Sequence[int]
) -> Counter[Repeated]:
    """Return how many answers counted as valid repeat a device, by unit, group, channel and day.

    Each counter is of one answer alone, so that it can be counted again from the rows; which
    device was there before is tallied beside them. Nothing where the plan lets them count, and
    once the answers are anonymous.
    """
    found = tallies(session, campaign, "repeated", of=unit_ids)
    return Counter(
        {(key.of, key.group_code, key.channel, key.value): n for key, n in found.items()}
    )


def counted_answers(
    session: Session,
    campaign: Campaign,
    unit_ids: list[int],
    *,
    repeated: Counter[Repeated],
    coarse_at: datetime | None,
) -> list[Counted]:
    """Return what the counters hold, less answers that repeat a device; coarse if at a moment."""
    counter = ProgressCounter
    query = (
        sa.select(
            counter.unit_id,
            counter.group_code,
            counter.channel,
            sa.func.sum(counter.received),
            sa.func.sum(counter.valid),
            sa.func.sum(counter.sources),
        )
        .where(counter.campaign_id == campaign.id, counter.unit_id.in_(unit_ids))
        .group_by(counter.unit_id, counter.group_code, counter.channel)
    )
    before = local_day(coarse_at, campaign.timezone) if coarse_at is not None else _NEVER
    aside: Counter[tuple[int, str, str]] = Counter()
    for (unit_id, group_code, channel, day), n in repeated.items():
        if day < before:
            aside[unit_id, group_code, channel] += n
    coarse = coarse_at is not None
    rows = session.execute(query.where(counter.day < before))
    return [
        Counted(
            *(unit_id, group_code, channel),
            received=_told(int(received), coarse=coarse),
            valid=_told(int(valid) - aside[unit_id, group_code, channel], coarse=coarse),
            sources=_told(int(sources), coarse=coarse),
        )
        for unit_id, group_code, channel, received, valid, sources in rows
    ]


def _told(n: int, *, coarse: bool) -> int:
    """Return a count; a coarse one by fives, and 0 where it is too small to be told."""
    if not coarse:
        return n
    return 0 if n < FEWEST_TOLD else _STEP * round(n / _STEP)


def of_group(counts: ByWay, group_code: str) -> ByWay:
    """Return the counts of one group."""
    return {key: n for key, n in counts.items() if key[0] == group_code}


class InUse(NamedTuple):
    """Codes of a batch that were not withdrawn, for one of the units they let people rate."""

    unit_id: int
    group_code: str
    channel: str
    issued_at: datetime
    n: int


def codes_in_use(session: Session, campaign: Campaign) -> list[InUse]:
    """Return the codes issued, batch by batch, without those withdrawn unused.

    One to a sitting counts for each unit it covers, as its answers do.
    """
    batch, covered = CodeBatch, CoveredUnit
    query = (
        sa.select(
            sa.func.coalesce(batch.unit_id, covered.unit_id),
            *(batch.group_code, batch.channel, batch.issued_at, batch.issued - batch.withdrawn),
        )
        .outerjoin(covered, covered.invitation_id == batch.first_code)
        .where(batch.campaign_id == campaign.id)
    )
    return [InUse._make(row) for row in session.execute(query)]


def codes_issued(session: Session, campaign: Campaign, unit_ids: list[int]) -> ByWay:
    """Return codes issued by group and channel, without those withdrawn unused.

    Summed where they are: a large county has thousands of batches.
    """
    batch, covered = CodeBatch, CoveredUnit
    rows = session.execute(
        sa.select(batch.group_code, batch.channel, sa.func.sum(batch.issued - batch.withdrawn))
        .outerjoin(covered, covered.invitation_id == batch.first_code)
        .where(
            batch.campaign_id == campaign.id,
            sa.func.coalesce(batch.unit_id, covered.unit_id).in_(unit_ids),
        )
        .group_by(batch.group_code, batch.channel)
    )
    return {(group_code, channel): int(n) for group_code, channel, n in rows}


def answers_collected(session: Session, campaign: Campaign, unit_ids: list[int]) -> ByWay:
    """Return answers that came by telephone or on paper without a code, by group and channel."""
    by = (Entrance.group_code, Entrance.channel)
    rows = session.execute(
        sa.select(*by, sa.func.count())
        .where(
            Entrance.campaign_id == campaign.id,
            sa.text("entrance.collected"),  # as the index has it, or SQLite does not use it
            Entrance.unit_id.in_(unit_ids),
        )
        .group_by(*by)
    )
    return {(group_code, channel): n for group_code, channel, n in rows}


def latest_attempts(campaign_id: int) -> sa.Select[int]:
    """Return the latest attempt at each invitation, which says how it stands."""
    return (
        sa.select(sa.func.max(ContactAttempt.id))
        .where(ContactAttempt.campaign_id == campaign_id)
        .group_by(ContactAttempt.invitation_id)
    )


def found_not_eligible(session: Session, campaign: Campaign, unit_ids: list[int]) -> ByWay:
    """Return invitations by group and channel whose latest attempt found nobody eligible.

    Few attempts end so: whether there was a later one is asked of each of these alone.
    """
    asked = {"campaign": campaign.id, "units": unit_ids}
    return {
        (group_code, channel): count
        for group_code, channel, count in session.execute(_not_eligible(), asked)
    }


@cache  # writing it down takes as long as asking it
def _not_eligible() -> sa.Select[*tuple[Any, ...]]:
    by, later = (Entrance.group_code, Entrance.channel), aliased(ContactAttempt)
    return (
        sa.select(*by, sa.func.count())
        .join(ContactAttempt, ContactAttempt.invitation_id == Entrance.id)
        .where(
            ContactAttempt.campaign_id == sa.bindparam("campaign"),
            sa.text("contact_attempt.disposition = 'not_eligible'"),  # as the index has it
            ~sa.exists().where(
                later.campaign_id == ContactAttempt.campaign_id,
                later.invitation_id == ContactAttempt.invitation_id,
                later.id > ContactAttempt.id,
            ),
            Entrance.unit_id.in_(sa.bindparam("units", expanding=True)),
            Entrance.withdrawn_at.is_(None),
            ~sa.exists().where(Response.invitation_id == Entrance.id),
        )
        .group_by(*by)
    )


def targets_by_class(session: Session, campaign: Campaign) -> defaultdict[str, dict[str, int]]:
    """Return the target of each group by class, in the scheme's order, without unasked groups."""
    rows = session.scalars(
        sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
    )
    found = {(row.class_code, row.group_code): row.target_valid for row in rows}
    targets: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for group in campaign.groups:
        for (class_code, group_code), target in found.items():
            if group_code == group.code and target:
                targets[class_code][group_code] = target
    return targets


def daily_answers(
    session: Session,
    campaign: Campaign,
    unit_ids: list[int],
    at: datetime,
    channel: str,
    *,
    repeated: Counter[Repeated],
    coarse: bool,
) -> tuple[tuple[str, int], ...]:
    """Return valid answers of every local day since the start, days without any included."""
    today = local_day(at, campaign.timezone)
    query = (
        sa.select(ProgressCounter.day, sa.func.sum(ProgressCounter.valid))
        .where(ProgressCounter.campaign_id == campaign.id, ProgressCounter.unit_id.in_(unit_ids))
        .group_by(ProgressCounter.day)
    )
    if channel:
        query = query.where(ProgressCounter.channel == channel)
    if coarse:
        query = query.where(ProgressCounter.day < today)
    aside: Counter[str] = Counter()
    for (_unit_id, _group, its_channel, day), n in repeated.items():
        if channel in {"", its_channel}:
            aside[day] += n
    found = {day: _told(int(n) - aside[day], coarse=coarse) for day, n in session.execute(query)}
    first = date.fromisoformat(local_day(campaign.starts_at, campaign.timezone))
    until = at - timedelta(days=1) if coarse else at
    last = date.fromisoformat(
        local_day(min(max(until, campaign.starts_at), campaign.answers_until), campaign.timezone)
    )
    span = {(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)}
    return tuple((day, found.get(day, 0)) for day in sorted(span | found.keys()))
