"""Whoever holds a one-time code, in the words that lists, cards, letters and messages use."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What a code's holder rates (`title`: a unit, or several together), who he is, how it came.

    `until` is the last moment it opens, in the campaign's own time.
    """

    title: str
    group_name: str
    channel_name: str
    until: datetime
    lang: str

    def last_day(self, *, year: bool = True) -> str:
        """Return the last day as it is written."""
        day = self.until
        if self.lang == "en":
            return f"{day.day} {day:%B %Y}" if year else f"{day.day} {day:%b}"
        return (f"{day.year}年" if year else "") + f"{day.month}月{day.day}日"
