"""The demonstration county, moved to a year and to days of its own."""

import calendar
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from survey.demo import FOLDER
from survey.scheme.county import CountyFolder
from survey.scheme.folder import read_folder


def county_starting(starts_on: date, *, code: str) -> CountyFolder:
    """Return 安澜县 with fieldwork starting on a day, and its campaign under a code."""
    folder = read_folder(FOLDER)
    first_day = folder.campaign.starts_at.date()
    shift = timedelta(days=(starts_on - first_day).days)
    ends_on = (folder.campaign.ends_at + shift).date()
    words = {
        folder.campaign.campaign_code: code,
        f"{first_day.year}年度": f"{starts_on.year}年度",
        f"County {first_day.year}": f"County {starts_on.year}",
        "12月20日": f"{ends_on.month}月{ends_on.day}日",
        "20 Dec": f"{ends_on.day} {calendar.month_abbr[ends_on.month]}",
    }
    return replace(
        folder,
        campaign=replace(
            folder.campaign,
            campaign_code=code,
            title_zh=_moved(folder.campaign.title_zh, words, shift),
            title_en=_moved(folder.campaign.title_en, words, shift),
            starts_at=folder.campaign.starts_at + shift,
            ends_at=folder.campaign.ends_at + shift,
        ),
        document=_moved(folder.document, words, shift),
        texts=_moved(folder.texts, words, shift),
        questionnaire=_moved(folder.questionnaire, words, shift),
    )


def days_between(starts_on: date) -> timedelta:
    """Return how far a start lies from the days the county's answers were written for."""
    return timedelta(days=(starts_on - read_folder(FOLDER).campaign.starts_at.date()).days)


def _moved(value: Any, words: dict[str, str], shift: timedelta) -> Any:
    """Return a document with its dates shifted and the words that name them replaced."""
    if isinstance(value, dict):
        return {name: _moved(entry, words, shift) for name, entry in value.items()}
    if isinstance(value, list):
        return [_moved(entry, words, shift) for entry in value]
    if isinstance(value, datetime | date):
        return value + shift
    if isinstance(value, str):
        for old, new in words.items():
            value = value.replace(old, new)
    return value
