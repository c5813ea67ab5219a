"""What a fieldwork has brought so far, day by day: counts alone, never what was answered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.errors import StatsError

SATURDAY = 5


class DailyCountsError(StatsError):
    """Arrays of a fieldwork that do not fit together."""

    code = "daily_counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCounts:
    """Answers of whole days by series: one channel of one group of one unit.

    Attributes
    ----------
    answers : ndarray of float64, shape (s, t)
        Valid answers of each series on each of the t days that are over.
    sent : ndarray of float64, shape (s, t)
        Codes issued on each day. Of a series that needs none, posters and telephone, 1 on the
        day on which it could begin.
    reminded : ndarray of float64, shape (s, t)
        People reminded on each day.
    kind : ndarray of intp, shape (s,)
        Channel of each series, from 0 on: those of one kind die away alike.
    takes_codes : ndarray of bool, shape (s,)
        Whether more codes can be issued.
    cell : ndarray of intp, shape (s,)
        Unit and group of each series, from 0 on.
    pool : ndarray of intp, shape (s,)
        Series that resemble each other, from 0 on; each is drawn towards its pool.
    first_weekday : int
        Weekday of the first day, 0 for Monday.
    days : int
        Length of the whole fieldwork, at least t.

    Raises
    ------
    DailyCountsError
        Where the arrays do not fit together.
    """

    answers: FloatArray
    sent: FloatArray
    reminded: FloatArray
    kind: IndexArray
    takes_codes: BoolArray
    cell: IndexArray
    pool: IndexArray
    first_weekday: int
    days: int

    def __post_init__(self) -> None:
        series, seen = self.answers.shape
        shapes = {self.sent.shape, self.reminded.shape}
        rows = {self.kind.size, self.takes_codes.size, self.cell.size, self.pool.size}
        if shapes != {(series, seen)} or rows != {series} or self.days < seen:
            raise DailyCountsError(series=series, seen=seen, days=self.days)

    @property
    def seen(self) -> int:
        """Number of days that are over."""
        return int(self.answers.shape[1])

    def weekend(self) -> FloatArray:
        """Return 1 for Saturdays and Sundays of the whole fieldwork, else 0, shape (days,)."""
        weekday = (self.first_weekday + np.arange(self.days)) % 7
        return (weekday >= SATURDAY).astype(np.float64)
