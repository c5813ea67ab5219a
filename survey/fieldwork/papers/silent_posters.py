"""Posters that fell silent: nothing for days, though they and their like used to bring more.

Told alike by the register of posters and by the bulletins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from survey.fieldwork.days import FieldworkDays
from survey.model import Campaign
from survey.tallies.told import tallies

if TYPE_CHECKING:
    from survey.fieldwork.entrances import PosterRow

SHAPE = 2.0  # of the negative binomial: posters are lumpy
SILENT_DAYS = 2  # fewer are never told of
_SILENT = 0.05  # chance of such a silence, if the poster still hung


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterDays:
    """A poster in use: its answers of each whole day since it hung, and the mean day of its like.

    `silent_days` is for how many days there was nothing, 0 where this is no more than a lull.
    """

    row: PosterRow
    by_day: tuple[int, ...]
    usual: float
    silent_days: int


def poster_days(
    session: Session, *, campaign: Campaign, rows: Sequence[PosterRow], days: FieldworkDays
) -> list[PosterDays]:
    """Return all posters in use, given in the scheme's order."""
    counted: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for key, n in tallies(session, campaign, "poster").items():
        counted[key.of][key.value] = n
    every = [(days.first + timedelta(days=day)).isoformat() for day in range(days.over)]
    by_day = {
        row.poster.id: _of_days(
            every[days.number(row.poster.issued_at, campaign) :], counted[row.poster.id]
        )
        for row in rows
    }
    usual = _usual(rows, by_day)
    return [
        PosterDays(
            row=row,
            by_day=by_day[row.poster.id],
            usual=usual[row.poster.group_code],
            silent_days=_silence(by_day[row.poster.id], usual[row.poster.group_code]),
        )
        for row in rows
    ]


def expected_day(by_day: Sequence[int], usual: float) -> float:
    """Return a poster's mean day, drawn towards that of its like by the weight of two days."""
    return (sum(by_day) + 2 * usual) / (len(by_day) + 2)


def _of_days(days: Sequence[str], counted: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(counted.get(day, 0) for day in days)


def _usual(
    rows: Sequence[PosterRow], by_day: Mapping[int, Sequence[int]]
) -> defaultdict[str, float]:
    """Return the mean day of a group's posters."""
    counted: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        counted[row.poster.group_code] += by_day[row.poster.id]
    return defaultdict(float, {code: fmean(n) for code, n in counted.items() if n})


def _silence(by_day: Sequence[int], usual: float) -> int:
    silent = 0
    while silent < len(by_day) and not by_day[-1 - silent]:
        silent += 1
    if silent < SILENT_DAYS:
        return 0
    expected = silent * expected_day(by_day[: len(by_day) - silent], usual)
    chance = (SHAPE / (SHAPE + expected)) ** SHAPE
    return silent if chance < _SILENT else 0
