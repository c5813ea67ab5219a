"""Fieldworks drawn day by day, by rules that the forecast of them does not know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, total_by
from survey.stats.forecasting import DailyCounts

NEVER = 10**6
POSTERS, CODES = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How the people of a kind of county come to answer.

    Attributes
    ----------
    days, units : int
        Length of the fieldwork and number of units.
    open_level, spread : float
        Answers of a day that an average unit's posters bring at first, and the standard deviation
        of the units' logs.
    half_life : tuple of float
        Shortest and longest time in days in which a fieldwork's posters lose half their answers.
    humped : float
        Share of fieldworks whose posters are busiest some days after the start.
    unit_bend : float
        Standard deviation of the logs of the units' own half-lives.
    weekend : tuple of float
        Least and largest factor of Saturdays and Sundays.
    holiday : float
        Chance that two days in the middle bring a third of the answers.
    shock, memory : float
        Standard deviation of a day's factor for the whole county, and its correlation with that
        of the day before.
    lump : float
        Shape of the gamma factor of a unit's single day; the smaller, the lumpier.
    bursts, dead : float
        Chance of a burst at a unit on a day, and of a poster that is gone from some day on.
    rate, rate_spread : float
        Share of the invited who ever answer unreminded, and the units' spread on the logit scale.
    delay : tuple of float
        Shortest and longest median of a fieldwork's delays, in days.
    weibull : bool
        Whether delays are Weibull with a shape below one, or log-normal.
    reminder_on : tuple of int
        First and last day on which those who have not answered may be reminded.
    reminded : tuple of float
        Least and largest share of them whom it moves.
    """

    days: int = 20
    units: int = 26
    open_level: float = 8.0
    spread: float = 0.6
    half_life: tuple[float, float] = (4.0, 25.0)
    humped: float = 0.3
    unit_bend: float = 0.25
    weekend: tuple[float, float] = (0.6, 1.4)
    holiday: float = 0.3
    shock: float = 0.12
    memory: float = 0.0
    lump: float = 6.0
    bursts: float = 0.01
    dead: float = 0.08
    rate: float = 0.3
    rate_spread: float = 0.35
    delay: tuple[float, float] = (1.5, 5.0)
    weibull: bool = False
    reminder_on: tuple[int, int] = (7, 11)
    reminded: tuple[float, float] = (0.08, 0.25)


MANNERS = {
    "usual": Manner(),
    # Fewer units and a longer time, heavier tails, days that resemble the day before.
    "rough": Manner(
        days=28,
        units=14,
        open_level=5.0,
        spread=0.9,
        half_life=(3.0, 40.0),
        humped=0.5,
        unit_bend=0.4,
        weekend=(0.4, 1.2),
        holiday=0.6,
        shock=0.2,
        memory=0.5,
        lump=2.5,
        bursts=0.02,
        dead=0.15,
        rate=0.2,
        rate_spread=0.6,
        delay=(1.0, 7.0),
        weibull=True,
        reminder_on=(9, 16),
        reminded=(0.05, 0.35),
    ),
}
_GROUPS = ((1.0, 200), (0.35, 70), (0.0, 40))  # share of open answers, codes issued
_LONG = 8  # days of half-life, from which on posters keep bringing more in the end
_LATE = 0.2  # units of which half the codes go out some days later
_SOONER = 0.7  # than after the code itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A whole fieldwork: what came on each day, told by what had moved it.

    Attributes
    ----------
    came : ndarray of float64, shape (series, days)
        Answers of what stood at the start: posters, and codes issued.
    after_reminder : ndarray of float64, shape (series, days)
        What the reminder changes on each day; below zero where people answer sooner for it.
    sent, reminded : ndarray of float64, shape (series, days)
        Codes issued, and people reminded.
    rate : ndarray of float64, shape (series,)
        Share of those given a code who ever answer unreminded; 0 for posters.
    """

    came: FloatArray
    after_reminder: FloatArray
    sent: FloatArray
    reminded: FloatArray
    kind: IndexArray
    cell: IndexArray
    pool: IndexArray
    first_weekday: int
    rate: FloatArray
    median: float
    factor: FloatArray
    manner: Manner

    @property
    def days(self) -> int:
        """Length of the fieldwork."""
        return int(self.came.shape[1])

    def more(
        self, *, series: IndexArray, codes: IndexArray, day: int, rng: np.random.Generator
    ) -> FloatArray:
        """Draw what codes issued on a day to some series bring, by cell, in the end."""
        out = np.zeros(self.cell.max() + 1)
        for row, number in zip(series, codes, strict=True):
            answering = rng.random(number) < self.rate[row]
            since = np.full(number, day)
            times = _moments(
                self.manner, since, answering, median=self.median, factor=self.factor, rng=rng
            )
            out[self.cell[row]] += (times != NEVER).sum()
        return out

    def counts(self) -> FloatArray:
        """Return the answers of every day, shape (series, days)."""
        return self.came + self.after_reminder

    def until(self, day: int) -> DailyCounts:
        """Return what an office knows on the morning of a day."""
        return DailyCounts(
            answers=self.counts()[:, :day],
            sent=self.sent[:, :day],
            reminded=self.reminded[:, :day],
            kind=self.kind,
            takes_codes=self.kind == CODES,
            cell=self.cell,
            pool=self.pool,
            first_weekday=self.first_weekday,
            days=self.days,
        )

    def final(self, day: int) -> FloatArray:
        """Return each cell's answers in the end if from a day on nothing more is sent."""
        reminded = self.reminded[:, :day].any()
        total = (self.counts() if reminded else self.came).sum(axis=1)
        return total_by(self.cell, total, int(self.cell.max()) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Series:
    """One channel of one group of one unit."""

    kind: int
    came: FloatArray
    after_reminder: FloatArray
    sent: FloatArray
    reminded: FloatArray
    rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """What all units of one fieldwork share."""

    manner: Manner
    factor: FloatArray
    life: float
    peak: float
    median: float
    moved: float
    reminder_day: int


def draw_fieldwork(manner: Manner, rng: np.random.Generator) -> Drawn:
    """Draw a fieldwork: three groups of each unit, posters for two of them, codes for all."""
    first_weekday = int(rng.integers(7))
    first, last = manner.reminder_on
    course = _Course(
        manner=manner,
        factor=_days_factor(manner, first_weekday, rng),
        life=float(np.exp(rng.uniform(*np.log(manner.half_life)))),
        peak=rng.uniform(1, 5) if rng.random() < manner.humped else 0.0,
        median=rng.uniform(*manner.delay),
        moved=rng.uniform(*manner.reminded),
        reminder_day=int(rng.integers(first, last + 1)),
    )
    drawn = [
        (cell, group, series)
        for cell in range(manner.units * len(_GROUPS))
        for group in [cell % len(_GROUPS)]
        for series in _channels(course, *_GROUPS[group], rng)
    ]
    every = [series for _cell, _group, series in drawn]
    return Drawn(
        came=np.array([series.came for series in every]),
        after_reminder=np.array([series.after_reminder for series in every]),
        sent=np.array([series.sent for series in every]),
        reminded=np.array([series.reminded for series in every]),
        kind=np.array([series.kind for series in every], dtype=np.intp),
        cell=np.array([cell for cell, _group, _series in drawn], dtype=np.intp),
        pool=np.array([group for _cell, group, _series in drawn], dtype=np.intp),
        rate=np.array([series.rate for series in every]),
        first_weekday=first_weekday,
        median=course.median,
        factor=course.factor,
        manner=manner,
    )


def _channels(
    course: _Course, share: float, codes: int, rng: np.random.Generator
) -> tuple[_Series, ...]:
    invited = _codes(course, codes, rng)
    return (_poster(course, share, rng), invited) if share else (invited,)


def _days_factor(manner: Manner, first_weekday: int, rng: np.random.Generator) -> FloatArray:
    weekday = (first_weekday + np.arange(manner.days)) % 7
    factor = np.where(weekday >= 5, rng.uniform(*manner.weekend), 1.0)
    shock = np.zeros(manner.days)
    for day in range(manner.days):
        before = shock[day - 1] if day else 0.0
        fresh = manner.shock * np.sqrt(1 - manner.memory**2)
        shock[day] = manner.memory * before + rng.normal(0, fresh)
    factor = factor * np.exp(shock)
    if rng.random() < manner.holiday:
        start = int(rng.integers(2, manner.days - 2))
        factor[start : start + 2] *= 1 / 3
    return np.asarray(factor)


def _poster(course: _Course, share: float, rng: np.random.Generator) -> _Series:
    manner, age = course.manner, np.arange(course.manner.days)
    own = course.life * np.exp(rng.normal(0, manner.unit_bend))
    floor = 0.15 if course.life > _LONG else 0.05
    curve = floor + (1 - floor) * 0.5 ** (np.maximum(age - course.peak, 0) / own)
    rising = 0.4 + 0.6 * age / max(course.peak, 1)
    curve = curve * np.where(age < course.peak, rising, 1.0)
    level = manner.open_level * share * np.exp(rng.normal(0, manner.spread))
    lumps = rng.gamma(manner.lump, 1 / manner.lump, manner.days)
    mean = level * curve * course.factor * lumps
    if rng.random() < manner.dead:
        mean[int(rng.integers(1, manner.days)) :] *= rng.choice([0.0, 0.15])
    burst = rng.random(manner.days) < manner.bursts
    came = rng.poisson(mean) + burst * rng.poisson(2 * level + 5, manner.days)
    nothing = np.zeros(manner.days)
    return _Series(
        kind=POSTERS,
        came=came.astype(np.float64),
        after_reminder=nothing,
        sent=np.eye(manner.days)[0],
        reminded=nothing,
    )


def _codes(course: _Course, codes: int, rng: np.random.Generator) -> _Series:
    manner, days, reminder_day = course.manner, course.manner.days, course.reminder_day
    late = (rng.random() < _LATE) * (rng.random(codes) < 0.5)
    issued_on = np.where(late, int(rng.integers(1, 4)), 0)
    logit = np.log(manner.rate / (1 - manner.rate)) + rng.normal(0, manner.rate_spread)
    rate = float(1 / (1 + np.exp(-logit)))
    first = _moments(
        manner,
        issued_on,
        rng.random(codes) < rate,
        median=course.median,
        factor=course.factor,
        rng=rng,
    )
    unmoved = (first >= reminder_day) & (issued_on < reminder_day)
    persuaded = unmoved & (rng.random(codes) < course.moved * np.exp(rng.normal(0, 0.2)))
    since = np.full(codes, reminder_day)
    again = _moments(
        manner, since, persuaded, median=_SOONER * course.median, factor=course.factor, rng=rng
    )
    came = _by_day(first, days)
    return _Series(
        kind=CODES,
        came=came,
        after_reminder=_by_day(np.minimum(first, again), days) - came,
        sent=_by_day(issued_on, days),
        reminded=unmoved.sum() * np.eye(days)[reminder_day],
        rate=rate,
    )


def _moments(
    manner: Manner,
    since: IndexArray,
    answering: BoolArray,
    *,
    median: float,
    factor: FloatArray,
    rng: np.random.Generator,
) -> IndexArray:
    """Return the day on which each person answers, NEVER where none."""
    n = since.size
    if manner.weibull:
        delay = median * (rng.exponential(1, n) / np.log(2)) ** (1 / 0.7)
    else:
        delay = median * np.exp(rng.normal(0, 1.0, n))
    day = since + np.floor(delay)
    # On a slow day some put it off to the next.
    for _ in range(3):
        here = np.minimum(day, factor.size - 1).astype(np.intp)
        day = day + (rng.random(n) > np.minimum(factor[here], 1))
    day = np.where(answering & (day < factor.size), day, NEVER)
    return np.asarray(day, dtype=np.intp)


def _by_day(day: IndexArray, days: int) -> FloatArray:
    return np.bincount(day[day < days], minlength=days).astype(np.float64)
