"""Days and moments as offices write them: plain dates and times, in the zone of the campaign."""

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from survey.office_files.signs import meant_code

_LAST = time(23, 59, 59)
_DAY = re.compile(r"(\d{4})(?:-|/|[.]|年)(\d{1,2})(?:-|/|[.]|月)(\d{1,2})日?")
_TIME = re.compile(r"[ T]*(\d{1,2}):(\d{2})(?::(\d{2}))?")


def day_in(text: str) -> date | None:
    """Return the day of a text such as 2026-12-01, 2026/12/1 or 2026年12月1日, or None."""
    found = _DAY.fullmatch(meant_code(text))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def moment_in(value: Any, zone: ZoneInfo, *, ends: bool = False) -> datetime | None:
    """Return the moment somebody wrote, or None.

    Without an offset it is one of the ``zone``; a day alone is its beginning, or where it says
    what ``ends`` then, its last second.
    """
    found = _written(value, ends=ends)
    return found if found is None or found.tzinfo else found.replace(tzinfo=zone)


def _written(value: Any, *, ends: bool) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, _LAST if ends else time())
    return _read(meant_code(value), ends=ends) if isinstance(value, str) else None


def _read(text: str, *, ends: bool) -> datetime | None:
    if day := day_in(text):
        return datetime.combine(day, _LAST if ends else time())
    try:
        # Of a day in another notation it would be the first moment, where the last is meant.
        return datetime.fromisoformat(text) if ":" in text else None
    except ValueError:
        return _plain(text)


def _plain(text: str) -> datetime | None:
    """Return a moment as a spreadsheet writes it: 2026/12/1 8:05."""
    day = _DAY.match(text)
    clock = _TIME.fullmatch(text, day.end()) if day else None
    if day is None or clock is None:
        return None
    try:
        hour, minute, second = (int(part or 0) for part in clock.groups())
        return datetime.combine(date(*map(int, day.groups())), time(hour, minute, second))
    except ValueError:
        return None
