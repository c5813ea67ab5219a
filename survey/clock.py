"""The only file that reads the time."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

CHINA = "Asia/Shanghai"

_QUARTER_MS = 900_000  # zones move by quarters of an hour, so that one is of one day

Clock = Callable[[], datetime]


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def to_epoch_ms(moment: datetime) -> int:
    """Return milliseconds since 1970-01-01 UTC of an aware moment."""
    return round(moment.timestamp() * 1000)


def from_epoch_ms(milliseconds: int) -> datetime:
    """Return the aware UTC moment of an epoch time in milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def local_day(moment: datetime, timezone: str) -> str:
    """Return the calendar day (`2026-12-01`) of a moment in a named time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date().isoformat()


def days_of(milliseconds: Iterable[int], timezone: str) -> list[str]:
    """Return the calendar day of each of very many moments in epoch milliseconds."""
    quarters = [at // _QUARTER_MS for at in milliseconds]
    known = {quarter: _day_of_quarter(quarter, timezone) for quarter in set(quarters)}
    return [known[quarter] for quarter in quarters]


@lru_cache(maxsize=10_000)  # of a hundred days
def _day_of_quarter(quarter: int, timezone: str) -> str:
    return local_day(from_epoch_ms(quarter * _QUARTER_MS), timezone)


def end_of_day(day: date, timezone: str) -> datetime:
    """Return the last second of a calendar day in a named time zone."""
    after = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    return after.astimezone(UTC) - timedelta(seconds=1)


def days_between(earlier: datetime, later: datetime, timezone: str) -> int:
    """Return how many calendar days of a named time zone one moment lies after another."""
    first, last = (moment.astimezone(ZoneInfo(timezone)).date() for moment in (earlier, later))
    return (last - first).days


def local_minute(moment: datetime, timezone: str) -> str:
    """Return the minute (`2026-12-01 09:30`) of a moment in a named time zone."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")
