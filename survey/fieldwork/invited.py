"""Who gets a batch of one-time codes, in the words that lists, cards, letters and messages use."""

from dataclasses import dataclass

from survey.model import Campaign, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """What a code's holder rates (`title`: a unit, or several together), who he is, how it came."""

    title: str
    group_name: str
    channel_name: str
    lang: str


def invited_to_rate(
    campaign: Campaign, unit: Unit, *, group_code: str, channel: str, lang: str
) -> Invited:
    """Return who is invited to rate one unit, in the words of a language."""
    return Invited(
        title=unit.name(lang),
        group_name=next(g.name(lang) for g in campaign.groups if g.code == group_code),
        channel_name=campaign.scheme["channels"][channel][lang],
        lang=lang,
    )
