"""The newest head of a ledger on paper: a notice board keeps it out of our hands."""

from survey.clock import local_minute
from survey.fieldwork.papers.font import Font
from survey.fieldwork.papers.typesetting import typeset
from survey.ledger.checker import Head, fingerprint, short_form
from survey.ledger.head import signed_at
from survey.model import Campaign
from survey.web.qr import qr_svg


def make_bulletin(
    campaign: Campaign,
    head: Head,
    *,
    key: str,
    host: str,
    font: Font,
    lang: str,
    checkpoint: str = "",
) -> bytes:
    """Return one page with a head's fingerprint, its QR code and how to check it; PDF/A-2b.

    Where the plan names witnesses a second code holds the `checkpoint` that they sign.
    """
    short = short_form(head)
    words = {
        "lang": lang,
        "title": campaign.title(lang),
        "organiser": campaign.organiser_zh,
        "simulated": campaign.simulated,
        "fingerprint": fingerprint(head),
        "short": short,
        "qr": qr_svg(short),
        "number": str(head.get("number", "–")),
        "size": str(head["size"]),
        "time": local_minute(signed_at(head), campaign.timezone),
        "key": key,
        "host": host,
        "checkpoint": qr_svg(checkpoint) if checkpoint else "",
    }
    return typeset("bulletin.typ", words, font=font, dated=campaign.starts_at)
