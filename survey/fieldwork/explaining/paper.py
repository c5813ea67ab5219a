"""The plan in words on paper, to be read, signed and filed."""

from collections.abc import Sequence

from survey.clock import local_minute
from survey.fieldwork.explaining.section import Section
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.model import Campaign


def make_plan_paper(
    campaign: Campaign, sections: Sequence[Section], *, digest: str, font: Font, lang: str
) -> bytes:
    """Return the plan as pages of a document; PDF/A-2b."""
    frozen = campaign.opened_at and local_minute(campaign.opened_at, campaign.timezone)
    words = {
        "lang": lang,
        "title": campaign.title(lang),
        "organiser": campaign.organiser_zh,
        "simulated": campaign.simulated,
        "digest": digest,
        "frozen": frozen or "",
        "sections": [
            {
                "heading": section.heading.text(lang),
                "lines": [line.text(lang) for line in section.lines],
                "warns": [line.text(lang) for line in section.warns],
            }
            for section in sections
        ],
    }
    return typeset("plan.typ", words, font=font, dated=campaign.starts_at)
