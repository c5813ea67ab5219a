"""The files a batch of one-time codes can be handed over in."""

from collections.abc import Sequence
from typing import Literal

from survey.fieldwork.invitations.invited import Invited
from survey.fieldwork.papers.code_list import write_list
from survey.fieldwork.papers.font import choose_font
from survey.fieldwork.papers.invitation_pdf import make_papers
from survey.fieldwork.papers.text_messages import write_texts
from survey.model import Campaign
from survey.site.config import Settings

Kind = Literal["list", "sheets", "letters", "texts"]
KINDS: tuple[Kind, ...] = ("list", "sheets", "letters", "texts")


def make_file(
    kind: Kind, issued: Sequence[str], *, campaign: Campaign, invited: Invited, settings: Settings
) -> bytes:
    """Return the codes just issued as a list or messages (CSV), or as sheets or letters (PDF)."""
    if kind in {"sheets", "letters"}:
        return make_papers(
            issued,
            campaign=campaign,
            invited=invited,
            paper="letters" if kind == "letters" else "sheets",
            base_url=settings.base_url,
            font=choose_font(settings),
        )
    write = write_list if kind == "list" else write_texts
    text = write(issued, campaign=campaign, invited=invited, base_url=settings.base_url)
    return text.encode("utf-8-sig")


def suffix(kind: Kind) -> str:
    """Return how such a file's name ends."""
    return "pdf" if kind in {"sheets", "letters"} else "csv"
