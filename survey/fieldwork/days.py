"""The days of a fieldwork, in the campaign's own time zone."""

from dataclasses import dataclass
from datetime import date, datetime

from survey.clock import local_day
from survey.model import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldworkDays:
    """First day, number of days in all, and how many of them are over."""

    first: date
    n: int
    over: int

    @property
    def left(self) -> int:
        """Days that are not over, today among them."""
        return self.n - self.over

    def number(self, moment: datetime, campaign: Campaign) -> int:
        """Return how many days after the first a moment lies; 0 for what was before it."""
        day = date.fromisoformat(local_day(moment, campaign.timezone))
        return max((day - self.first).days, 0)


def days_of(campaign: Campaign, at: datetime) -> FieldworkDays:
    """Return the days of a campaign as they stand at a moment."""
    first, last, today = (
        date.fromisoformat(local_day(moment, campaign.timezone))
        for moment in (campaign.starts_at, campaign.answers_until, at)
    )
    n = (last - first).days + 1
    is_over = campaign.state not in {"draft", "open"}
    return FieldworkDays(
        first=first, n=n, over=n if is_over else min(max((today - first).days, 0), n)
    )
