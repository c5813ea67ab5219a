"""Waves of reminders that the scheme plans: on which day, for whom, and which were sent."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.fieldwork.reminders.halves import EVERYBODY, FIRST, SECOND
from survey.model import Campaign, Reminder
from survey.scheme.campaign_scheme import scheme_of

_HALVES = {"all": EVERYBODY, "first": FIRST, "second": SECOND}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWave:
    """A wave of the scheme: which day of the fieldwork it is, who is reminded, when that was done.

    `half` is 1 for the half of each batch whose turn is first by lot, 2 for the other, 0 for all.
    """

    place: int
    day: date
    half: int
    done_at: datetime | None


def planned_waves(session: Session, *, campaign: Campaign) -> list[PlannedWave]:
    """Return the scheme's waves within the period, each with when it was sent.

    One that was missed is made up for by one for the same people before the next planned day.
    """
    first, last = (
        date.fromisoformat(local_day(moment, campaign.timezone))
        for moment in (campaign.starts_at, campaign.ends_at)
    )
    planned = [
        (place, first + timedelta(days=place - 1), _HALVES[who])
        for place, who in sorted(scheme_of(campaign).reminder_days)
    ]
    planned = [each for each in planned if each[1] <= last]
    sent = _sent(session, campaign)
    ends = [*(day for _place, day, _half in planned[1:]), date.max][: len(planned)]
    return [
        PlannedWave(
            place=place,
            day=day,
            half=half,
            done_at=next((at for on, of, at in sent if of == half and day <= on < end), None),
        )
        for (place, day, half), end in zip(planned, ends, strict=True)
    ]


def wave_due(session: Session, *, campaign: Campaign, today: date) -> PlannedWave | None:
    """Return the scheme's newest wave up to today that was not sent, while answers come in."""
    if campaign.state != "open" or today.isoformat() > local_day(
        campaign.ends_at, campaign.timezone
    ):
        return None
    past = [each for each in planned_waves(session, campaign=campaign) if each.day <= today]
    return past[-1] if past and past[-1].done_at is None else None


def _sent(session: Session, campaign: Campaign) -> list[tuple[date, int, datetime]]:
    """Return day, half and moment of what was sent, the earliest first."""
    query = (
        sa.select(Reminder.half, sa.func.min(Reminder.reminded_at))
        .where(Reminder.campaign_id == campaign.id)
        .group_by(Reminder.wave, Reminder.half)
        .order_by(Reminder.wave)
    )
    return [
        (date.fromisoformat(local_day(at, campaign.timezone)), half, at)
        for half, at in session.execute(query)
    ]
