"""What is made of a filled form beside its answers: where it comes from, and what is told of it."""

from datetime import datetime

from survey import codes
from survey.forms.sheet import Source
from survey.respond.door.form_token import FormToken
from survey.respond.door.source_marks import device_mark, network_mark
from survey.respond.presentation import Presentation
from survey.respond.questionnaire import Questionnaire


def source_of(
    asked: Questionnaire,
    look: Presentation,
    device: str,
    *,
    token: FormToken,
    key: bytes,
    at: datetime,
    user_agent: str,
    address: str | None,
) -> Source:
    """Return where a sheet comes from; `device` is what its browser keeps.

    `key` is the campaign's, for the marks. The time taken is the server's own, unknown if negative.
    """
    taken_ms = round((at - token.issued_at).total_seconds() * 1000)
    return Source(
        receipt=token.receipt,
        ticket=token.ticket,
        at=at,
        taken_ms=taken_ms if taken_ms >= 0 else None,
        lang=look.lang,
        device_mark=device_mark(key, device_id=device, user_agent=user_agent),
        network_mark=network_mark(key, address),
        arrangement=asked.arrangement(token.draw),
    )


def numbers_of(token: FormToken, *, commented: bool) -> tuple[str, str]:
    """Return the receipt a resident gets for a form, and a ticket where something was written."""
    ticket = codes.from_bytes(token.ticket) if commented else ""
    return codes.from_bytes(token.receipt), ticket


def kept_by_browser(receipt: str, ticket: str) -> str:
    """Return what follows the # of the next address: kept by the browser and sent to nobody."""
    return "-".join(filter(None, (receipt, ticket, "new")))
