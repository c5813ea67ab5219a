"""Posters that fell silent, that bring more than their own rhythm, that were moved or replaced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.fieldwork.days import FieldworkDays, days_of
from survey.fieldwork.entrances import PosterRow, posters_of
from survey.fieldwork.papers.silent_posters import (
    SHAPE,
    PosterDays,
    expected_day,
    poster_days,
)
from survey.model import AuditEntry, Campaign, CampaignUnit

_BURST = 1e-3
_FEWEST_IN_BURST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterSeen:
    """One poster: its answers, and what is odd about it; a day or number of days, or nothing."""

    row: PosterRow
    n: int
    silent_days: int
    burst_on: str
    burst_n: int
    moved_from: str

    @property
    def is_odd(self) -> bool:
        """Whether somebody should look at it."""
        replaced = self.row.poster.version > 1
        return bool(self.silent_days or self.burst_on or self.moved_from or replaced)


def posters_seen(
    session: Session,
    *,
    campaign: Campaign,
    units: Sequence[CampaignUnit],
    at: datetime,
) -> list[PosterSeen]:
    """Return the posters in use of some units, in the scheme's order."""
    days = days_of(campaign, at)
    ids = {unit.unit_id for unit in units}
    moved = _moves(session, campaign)
    rows = posters_of(session, campaign=campaign, withdrawn=False)
    return [
        _seen(poster, days, moved)
        for poster in poster_days(session, campaign=campaign, rows=rows, days=days)
        if poster.row.unit.id in ids
    ]


def _seen(poster: PosterDays, days: FieldworkDays, moved: dict[int, str]) -> PosterSeen:
    burst, burst_n = _burst(poster.by_day, poster.usual)
    first = days.first + timedelta(days=days.over - len(poster.by_day))
    return PosterSeen(
        row=poster.row,
        n=sum(poster.by_day),
        silent_days=poster.silent_days,
        burst_on="" if burst is None else (first + timedelta(days=burst)).isoformat(),
        burst_n=burst_n,
        moved_from=moved.get(poster.row.poster.id, ""),
    )


def _burst(by_day: Sequence[int], usual: float) -> tuple[int | None, int]:
    """Return the day with the most answers, where its other days do not explain it."""
    from scipy.stats import nbinom

    if not by_day:
        return None, 0
    day = max(range(len(by_day)), key=by_day.__getitem__)
    most = by_day[day]
    expected = max(expected_day([*by_day[:day], *by_day[day + 1 :]], usual), 1.0)
    chance = float(nbinom.sf(most - 1, SHAPE, SHAPE / (SHAPE + expected)))
    return (day, most) if most >= _FEWEST_IN_BURST and chance < _BURST else (None, 0)


def _moves(session: Session, campaign: Campaign) -> dict[int, str]:
    """Return where each poster that was moved hung before, by the record of deeds."""
    entries = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.action == "poster.move", AuditEntry.subject == campaign.code)
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    return {
        int(entry.detail["entrance"]): f"{entry.detail['before']} "
        f"({local_day(entry.at, campaign.timezone)})"
        for entry in entries
    }
