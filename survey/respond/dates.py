"""Days as residents read them."""

from datetime import date, datetime

from babel.dates import format_date

from survey.clock import local_day
from survey.model import Campaign


def day_of(moment: datetime, campaign: Campaign, lang: str) -> str:
    """Return the campaign's calendar day of a moment as it is written in a language."""
    return written(local_day(moment, campaign.timezone), lang)


def written(day: str, lang: str) -> str:
    """Return a day, given as 2026-12-01, as it is written in a language."""
    pattern = "d MMMM yyyy" if lang == "en" else "yyyy年M月d日"
    return str(format_date(date.fromisoformat(day), pattern, locale=lang))
