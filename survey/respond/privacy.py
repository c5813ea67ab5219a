"""The notice on privacy of a campaign, outside any questionnaire."""

from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of


def privacy_lines(campaign: Campaign, lang: str) -> list[str]:
    """Return the paragraphs of the notice with the campaign's telephones in them."""
    text = str(campaign.notices["privacy"][lang])
    scheme = scheme_of(campaign)
    text = text.replace("{contact}", scheme.office_phone).replace("{hotline}", scheme.hotline)
    return [line for line in text.splitlines() if line.strip()]
