"""Somebody told a resident what to answer: a report that only the office reads."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.feedback.likeness import Said, groups_of, n_sources
from survey.feedback.redact import redact
from survey.model import Campaign, CoachingReport, Entrance, Unit
from survey.site.database import insert_new

LONGEST_REPORT = 300

_REPORT = cast(sa.Table, CoachingReport.__table__)


_Row = tuple[CoachingReport, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGroup:
    """Reports of one unit by one hand: forms sent, and from how many sources."""

    unit: Unit
    days: tuple[str, ...]
    places: tuple[str, ...]
    text: str
    forms: int
    sources: int


def report_coaching(
    session: Session,
    *,
    campaign: Campaign,
    unit_id: int,
    poster_id: int | None,
    text: str,
    at: datetime,
    mark: bytes,
    source: bytes | None,
) -> None:
    """Store a report with its day but no time; the same form sent twice is one report.

    `source` is the network's keyed mark: a flood of forms is told from many people by it.
    """
    row = {
        "campaign_id": campaign.id,
        "unit_id": unit_id,
        "entrance_id": poster_id,
        "day": local_day(at, campaign.timezone),
        "text": redact(text.strip()[:LONGEST_REPORT]),
        "mark": mark,
        "source": source,
    }
    session.execute(insert_new(session.connection(), _REPORT), row)


def report_groups(session: Session, *, campaign: Campaign) -> list[ReportGroup]:
    """Return a campaign's reports, those of one hand together, the latest day first."""
    query = (
        sa.select(CoachingReport, sa.func.coalesce(Entrance.place, ""))
        .outerjoin(Entrance, Entrance.id == CoachingReport.entrance_id)
        .where(CoachingReport.campaign_id == campaign.id)
        .order_by(CoachingReport.unit_id, CoachingReport.day.desc(), CoachingReport.mark)
    )
    found = [
        _group(list(rows))
        for _unit_id, of_unit in groupby(session.execute(query), lambda row: row[0].unit_id)
        for rows in _hands(list(of_unit))
    ]
    return sorted(found, key=lambda group: group.days[-1], reverse=True)


def count_by_unit(session: Session, *, campaign: Campaign) -> dict[int, tuple[int, int]]:
    """Return of each unit how many forms and of how many sources; units without are left out."""
    query = sa.select(CoachingReport.unit_id, CoachingReport.source).where(
        CoachingReport.campaign_id == campaign.id
    )
    by_unit: defaultdict[int, list[bytes | None]] = defaultdict(list)
    for unit_id, source in session.execute(query):
        by_unit[unit_id].append(source)
    return {unit_id: (len(of), n_sources(of)) for unit_id, of in by_unit.items()}


def _hands(rows: list[_Row]) -> Iterator[list[_Row]]:
    groups = groups_of([Said(text=report.text, source=report.source) for report, _place in rows])
    together: defaultdict[int, list[_Row]] = defaultdict(list)
    for number, row in zip(groups, rows, strict=True):
        together[number].append(row)
    yield from together.values()


def _group(rows: list[_Row]) -> ReportGroup:
    newest = rows[0][0]
    return ReportGroup(
        unit=newest.unit,
        days=tuple(sorted({report.day for report, _place in rows})),
        places=tuple(sorted({place for _report, place in rows if place})),
        text=newest.text,
        forms=len(rows),
        sources=n_sources([report.source for report, _place in rows]),
    )
