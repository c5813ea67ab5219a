"""The notice on privacy of a campaign, outside any questionnaire."""

from survey.model import Campaign

_NATIONAL_HOTLINE = "12345"


def privacy_lines(campaign: Campaign, lang: str) -> list[str]:
    """Return the paragraphs of the notice with the campaign's telephones in them."""
    hotline = str(campaign.scheme.get("hotline") or _NATIONAL_HOTLINE)
    contact = str(campaign.scheme.get("contact") or hotline)
    text = str(campaign.notices["privacy"][lang])
    text = text.replace("{contact}", contact).replace("{hotline}", hotline)
    return [line for line in text.splitlines() if line.strip()]
