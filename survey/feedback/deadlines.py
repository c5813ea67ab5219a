"""Working days in China: weekends, public holidays and the weekends worked in exchange (调休)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

_SATURDAY = 5


def is_known(year: int) -> bool:
    """Tell whether the calendar holds the State Council's arrangement of a year."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def is_workday(day: date) -> bool:
    """Tell whether a day is worked; in a year not yet arranged, weekends alone are free."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


@lru_cache(maxsize=1024)
def add_workdays(day: date, n: int) -> date:
    """Return the n-th working day after a day, which itself does not count."""
    for later in _after(day):
        n -= is_workday(later)
        if n <= 0:
            return later
    raise AssertionError  # pragma: no cover - days do not end


@lru_cache(maxsize=1024)
def workdays_left(today: date, due: date) -> int:
    """Return the working days after today up to the deadline, negative when it has passed."""
    first, last = sorted((today, due))
    n = sum(is_workday(first + timedelta(days=i + 1)) for i in range((last - first).days))
    return n if due >= today else -max(n, 1)


def unknown_years(*days: date) -> list[int]:
    """Return the years among some days for which weekends alone are counted as free."""
    return sorted({day.year for day in days if not is_known(day.year)})


def _after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day
