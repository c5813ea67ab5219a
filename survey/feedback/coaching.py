"""Somebody told a resident what to answer: a report that only the office reads."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.feedback.redact import redact
from survey.model import Campaign, CoachingReport, Entrance
from survey.site.database import insert_new

LONGEST_REPORT = 300

_REPORT = cast(sa.Table, CoachingReport.__table__)


def report_coaching(
    session: Session,
    *,
    campaign: Campaign,
    unit_id: int,
    poster_id: int | None,
    text: str,
    at: datetime,
    mark: bytes,
) -> None:
    """Store a report with its day but no time; the same form sent twice is one report."""
    row = {
        "campaign_id": campaign.id,
        "unit_id": unit_id,
        "entrance_id": poster_id,
        "day": local_day(at, campaign.timezone),
        "text": redact(text.strip()[:LONGEST_REPORT]),
        "mark": mark,
    }
    session.execute(insert_new(session.connection(), _REPORT), row)


def reports_of(session: Session, *, campaign: Campaign) -> list[tuple[CoachingReport, str]]:
    """Return a campaign's reports, the latest day first, each with its poster's place."""
    query = (
        sa.select(CoachingReport, sa.func.coalesce(Entrance.place, ""))
        .outerjoin(Entrance, Entrance.id == CoachingReport.entrance_id)
        .where(CoachingReport.campaign_id == campaign.id)
        .order_by(CoachingReport.day.desc(), CoachingReport.mark)
    )
    return [(report, place) for report, place in session.execute(query)]


def count_by_unit(session: Session, *, campaign: Campaign) -> dict[int, int]:
    """Return how many reports each unit has, by its key; units without one are left out."""
    query = (
        sa.select(CoachingReport.unit_id, sa.func.count())
        .where(CoachingReport.campaign_id == campaign.id)
        .group_by(CoachingReport.unit_id)
    )
    return dict(session.execute(query).all())
