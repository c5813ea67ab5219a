"""What else people decide on: posters with far more answers than usual, reports of coaching."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import compress

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.review.registers import PosterDay, Reported
from survey.clock import days_of
from survey.model import Campaign, CoachingReport, Response
from survey.site.database import plain_rows
from survey.watching.posters import PosterSeen, posters_seen

_AT_ONCE = 1_000


def poster_days(session: Session, *, campaign: Campaign, at: datetime) -> tuple[PosterDay, ...]:
    """Return the posters in use with a day that their other days do not explain."""
    seen = posters_seen(session, campaign=campaign, units=campaign.units, at=at)
    return tuple(_poster_day(session, campaign, one) for one in seen if one.burst_on)


def _poster_day(session: Session, campaign: Campaign, seen: PosterSeen) -> PosterDay:
    poster = seen.row.poster
    return PosterDay(
        code=str(poster.id),
        place=poster.place or "",
        unit_code=seen.row.unit.code,
        group_code=poster.group_code,
        day=seen.burst_on,
        n=seen.burst_n,
        responses=tuple(_came_on(session, campaign, poster.id, seen.burst_on)),
    )


def _came_on(session: Session, campaign: Campaign, poster_id: int, day: str) -> Iterator[int]:
    """Yield the answers that came by a poster on a day; it may have brought most of them all."""
    came = (
        sa.select(Response.id, Response.submitted_ms)
        .where(Response.campaign_id == campaign.id, Response.entrance_id == poster_id)
        .order_by(Response.id)
    )
    for some in plain_rows(session, came, at_once=_AT_ONCE):
        ids, times = zip(*some, strict=True)
        are = [each == day for each in days_of(times, campaign.timezone)]
        yield from compress(ids, are)


def reports(session: Session, *, campaign: Campaign) -> tuple[Reported, ...]:
    """Return what was reported of each unit, in the scheme's order of units."""
    query = sa.select(CoachingReport.unit_id, CoachingReport.day, CoachingReport.source).where(
        CoachingReport.campaign_id == campaign.id
    )
    days, sources = defaultdict[int, list[str]](list), defaultdict[int, set[bytes | None]](set)
    for unit_id, day, source in session.execute(query):
        days[unit_id].append(day)
        sources[unit_id].add(source)
    return tuple(
        Reported(
            unit_code=entry.unit.code,
            n=len(days[entry.unit_id]),
            sources=len(sources[entry.unit_id]),
            first_day=min(days[entry.unit_id]),
            last_day=max(days[entry.unit_id]),
        )
        for entry in campaign.units
        if entry.unit_id in days
    )
