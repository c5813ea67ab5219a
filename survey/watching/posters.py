"""Posters that fell silent, that bring more than their own rhythm, that were moved or replaced."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean

import sqlalchemy as sa
from scipy.stats import nbinom
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.fieldwork.entrances import PosterRow, posters_of
from survey.model import AuditEntry, Campaign, CampaignUnit
from survey.watching.days import FieldworkDays, days_of
from survey.watching.tally import Tally

_SHAPE = 2.0  # of the negative binomial: posters are lumpy
_SILENT_DAYS = 2  # fewer are never told of
_SILENT = 0.05  # chance of such a silence, if the poster still hung
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
    tally: Tally,
    at: datetime,
) -> list[PosterSeen]:
    """Return the posters in use of some units, in the scheme's order."""
    days = days_of(campaign, at)
    ids = {unit.unit_id for unit in units}
    rows = [
        row for row in posters_of(session, campaign=campaign, withdrawn=False) if row.unit.id in ids
    ]
    moved = _moves(session, campaign)
    by_day = {row.poster.id: _days(row, tally, campaign, days) for row in rows}
    usual = _usual(rows, by_day)
    return [
        _seen(row, by_day[row.poster.id], days, usual[row.poster.group_code], moved) for row in rows
    ]


def _days(row: PosterRow, tally: Tally, campaign: Campaign, days: FieldworkDays) -> list[int]:
    """Return a poster's answers of each whole day since it hung."""
    hung = days.number(row.poster.issued_at, campaign)
    counted = tally.posters.get(row.poster.id) or Counter[str]()
    return [
        counted[(days.first + timedelta(days=day)).isoformat()] for day in range(hung, days.over)
    ]


def _usual(rows: Sequence[PosterRow], by_day: dict[int, list[int]]) -> dict[str, float]:
    """Return the mean day of a group's posters."""
    counted: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        counted[row.poster.group_code] += by_day[row.poster.id]
    return defaultdict(float, {code: fmean(n) for code, n in counted.items() if n})


def _seen(
    row: PosterRow, by_day: list[int], days: FieldworkDays, usual: float, moved: dict[int, str]
) -> PosterSeen:
    burst, burst_n = _burst(by_day, usual)
    first = days.first + timedelta(days=days.over - len(by_day))
    return PosterSeen(
        row=row,
        n=sum(by_day),
        silent_days=_silence(by_day, usual),
        burst_on="" if burst is None else (first + timedelta(days=burst)).isoformat(),
        burst_n=burst_n,
        moved_from=moved.get(row.poster.id, ""),
    )


def _rate(by_day: Sequence[int], usual: float) -> float:
    """Return a poster's mean day, drawn towards that of its like by the weight of two days."""
    return (sum(by_day) + 2 * usual) / (len(by_day) + 2)


def _silence(by_day: list[int], usual: float) -> int:
    """Return for how many days there was nothing, where this is more than a lull."""
    silent = 0
    while silent < len(by_day) and not by_day[-1 - silent]:
        silent += 1
    if silent < _SILENT_DAYS:
        return 0
    expected = silent * _rate(by_day[: len(by_day) - silent], usual)
    chance = (_SHAPE / (_SHAPE + expected)) ** _SHAPE
    return silent if chance < _SILENT else 0


def _burst(by_day: list[int], usual: float) -> tuple[int | None, int]:
    """Return the day with the most answers, where its other days do not explain it."""
    if not by_day:
        return None, 0
    day = max(range(len(by_day)), key=by_day.__getitem__)
    most = by_day[day]
    expected = max(_rate([*by_day[:day], *by_day[day + 1 :]], usual), 1.0)
    chance = float(nbinom.sf(most - 1, _SHAPE, _SHAPE / (_SHAPE + expected)))
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
