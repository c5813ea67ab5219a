"""The notice on privacy of a campaign, outside any questionnaire."""

from survey.model import Campaign


def privacy_lines(campaign: Campaign, lang: str) -> list[str]:
    """Return the paragraphs of the notice with the campaign's telephones in them."""
    text = str(campaign.notices["privacy"][lang])
    text = text.replace("{contact}", campaign.contact).replace("{hotline}", campaign.hotline)
    return [line for line in text.splitlines() if line.strip()]
