"""Who gets a batch of one-time codes, in the words that lists, cards, letters and messages use."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from survey.fieldwork.entrances import expiry
from survey.fieldwork.invitations.invited import Invited
from survey.model import Campaign, Unit
from survey.scheme.campaign_scheme import scheme_of


def invited_to_rate(
    campaign: Campaign,
    units: Sequence[Unit],
    *,
    group_code: str,
    channel: str,
    lang: str,
    at: datetime,
    until: date | None = None,
) -> Invited:
    """Return who is invited at a moment to rate the units, in the words of a language."""
    zone = ZoneInfo(campaign.timezone)
    return Invited(
        title=_covered(units, lang),
        group_name=next(g.name(lang) for g in campaign.groups if g.code == group_code),
        channel_name=scheme_of(campaign).channels[channel].name(lang),
        until=expiry(campaign, until).astimezone(zone),
        lang=lang,
        greeting=_greeting(campaign, group_code, lang),
        written_on=at.astimezone(zone).date(),
    )


def invited_channels(campaign: Campaign, lang: str) -> dict[str, str]:
    """Return the names of the channels that invite people, by their codes."""
    invited = scheme_of(campaign).invited_channels
    return {code: channel.name(lang) for code, channel in invited.items()}


def _greeting(campaign: Campaign, group_code: str, lang: str) -> str:
    own = (campaign.notices.get("greetings") or {}).get(group_code)
    default = {"zh": "尊敬的居民朋友", "en": "Dear resident"}
    return str((own or default)[lang])


def _covered(units: Sequence[Unit], lang: str) -> str:
    first, n = units[0], len(units)
    if n == 1:
        return first.name(lang)
    return f"{first.name_en} and {n - 1} more" if lang == "en" else f"{first.short_zh}等{n}个单位"
