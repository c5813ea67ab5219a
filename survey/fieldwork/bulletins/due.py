"""On which days a campaign's bulletins are due, and which were issued."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.model import Bulletin, Campaign
from survey.scheme.campaign_scheme import scheme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinDay:
    """A day of the scheme: which day of the fieldwork it is, and its bulletin once issued."""

    place: int
    day: date
    bulletin: Bulletin | None


def bulletins_of(session: Session, *, campaign: Campaign) -> list[Bulletin]:
    """Return the bulletins issued, the first first."""
    query = sa.select(Bulletin).where(Bulletin.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(Bulletin.number)))


def bulletin_days(session: Session, *, campaign: Campaign) -> list[BulletinDay]:
    """Return the scheme's days within the period, each with what was issued on it or after it.

    One that was missed is made up for by the next that is issued before the following day.
    """
    first, last = (
        date.fromisoformat(local_day(moment, campaign.timezone))
        for moment in (campaign.starts_at, campaign.ends_at)
    )
    places = sorted(set(scheme_of(campaign).bulletin_days))
    days = [(place, first + timedelta(days=place - 1)) for place in places]
    days = [(place, day) for place, day in days if day <= last]
    issued = {
        date.fromisoformat(each.day): each for each in bulletins_of(session, campaign=campaign)
    }
    ends = [*(day for _place, day in days[1:]), date.max][: len(days)]
    return [
        BulletinDay(
            place=place,
            day=day,
            bulletin=next((issued[each] for each in sorted(issued) if day <= each < end), None),
        )
        for (place, day), end in zip(days, ends, strict=True)
    ]


def due_today(session: Session, *, campaign: Campaign, today: date) -> BulletinDay | None:
    """Return the scheme's newest day up to today that has no bulletin, while answers come in."""
    if campaign.state != "open" or today.isoformat() > local_day(
        campaign.ends_at, campaign.timezone
    ):
        return None
    past = [each for each in bulletin_days(session, campaign=campaign) if each.day <= today]
    return past[-1] if past and past[-1].bulletin is None else None


def next_day(session: Session, *, campaign: Campaign, today: date) -> date | None:
    """Return the scheme's next day after today."""
    days = (each.day for each in bulletin_days(session, campaign=campaign))
    return next((day for day in days if day > today), None)
