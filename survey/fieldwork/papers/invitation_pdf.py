"""One-time codes on paper: sheets of ten cards to be cut, or a letter for each.

A code is known in clear only while it is issued, so its papers are made in that moment.
"""

from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlsplit

from survey import codes
from survey.fieldwork.invitations.invited import Invited
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of
from survey.web.qr import qr_svg

Paper = Literal["sheets", "letters"]

_LABEL = ("table_no", "issued_by", "approved_by", "approval_no", "valid_until")


def make_papers(
    issued: Sequence[str],
    *,
    campaign: Campaign,
    invited: Invited,
    paper: Paper,
    base_url: str,
    font: Font,
) -> bytes:
    """Return the papers that carry the codes just issued; PDF/A-2b.

    Raises Refused where the font is not found or a letter does not fit on its page.
    """
    words = {
        "paper": paper,
        "lang": invited.lang,
        "group": invited.group_name,
        "about": invited.title,
        "typed": f"{urlsplit(base_url).netloc}/q",
        "cards": [_card(code, base_url) for code in issued],
        **_campaign_words(campaign, invited),
    }
    return typeset("invitation.typ", words, font=font, dated=campaign.starts_at)


def _card(code: str, base_url: str) -> dict[str, str]:
    url = codes.address(base_url, code)
    return {"code": codes.grouped(code), "url": url, "qr": qr_svg(url)}


def _campaign_words(campaign: Campaign, invited: Invited) -> dict[str, Any]:
    lang, end = invited.lang, invited.last_day()
    places = {
        "{unit}": invited.title,
        "{hotline}": scheme_of(campaign).hotline,
        "{contact}": scheme_of(campaign).office_phone,
        "{end}": end,
    }
    label = campaign.questionnaire.content.get("survey_label", {})
    return {
        "title": campaign.title(lang),
        "organiser": campaign.organiser_zh,
        "simulated": campaign.simulated,
        "hotline": scheme_of(campaign).hotline,
        "contact": scheme_of(campaign).office_phone,
        "end": end,
        "greeting": invited.greeting,
        "dated": invited.dated(),
        "intro": _paragraphs(campaign.notices["intro"][lang], places),
        "privacy": _paragraphs(campaign.notices["privacy"][lang], places),
        "label": {name: str(label[name]) for name in _LABEL if label.get(name)},
    }


def _paragraphs(text: str, places: dict[str, str]) -> list[str]:
    for place, value in places.items():
        text = text.replace(place, value)
    return [line.strip() for line in text.splitlines() if line.strip()]
