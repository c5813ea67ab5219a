"""Whoever holds a one-time code, in the words that lists, cards, letters and messages use."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What a code's holder rates (`title`: a unit, or several together), who he is, how it came.

    `until` is the last moment it opens, in the campaign's own time; `greeting` how a letter begins
    and `written_on` its day.
    """

    title: str
    group_name: str
    channel_name: str
    until: datetime
    lang: str
    greeting: str
    written_on: date

    def last_day(self, *, year: bool = True) -> str:
        """Return the last day as it is written."""
        return self._said(self.until, year=year)

    def dated(self) -> str:
        """Return the day of a letter as it is written."""
        return self._said(self.written_on)

    def _said(self, day: date, *, year: bool = True) -> str:
        if self.lang == "en":
            return f"{day.day} {day:%B %Y}" if year else f"{day.day} {day:%b}"
        return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"
