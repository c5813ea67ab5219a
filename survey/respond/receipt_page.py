"""What a resident reads under a receipt: thanks, that it was counted, what became of a comment."""

from typing import Any

from flask import render_template

from survey import codes
from survey.model import Campaign
from survey.respond import page
from survey.respond.dates import day_of
from survey.respond.presentation import Presentation
from survey.respond.receipts import Received
from survey.respond.reply import Handling


def thanks(
    campaign: Campaign, look: Presentation, *, receipt: str, sitting: int, partial: bool = False
) -> str:
    """Return the page that answers a form: the same for the same form, however often it is sent.

    `sitting` is how many units were rated with a code for several, 0 for one answer.
    """
    return render_template(
        _template(partial=partial),
        **page.frame(None, look, campaign=campaign),
        receipt=codes.grouped(receipt),
        kept={"code": receipt, "new": "1"},
        thanks=campaign.notices["thanks"][look.lang],
        sitting=sitting,
    )


def told(
    received: Received,
    look: Presentation,
    *,
    proof: dict[str, Any] | None,
    handlings: dict[str, Handling],
    partial: bool,
) -> str:
    """Return the page of a receipt that was looked up."""
    comments = dict(handlings)
    return render_template(
        _template(partial=partial),
        **page.frame(None, look, campaign=received.campaign),
        receipt=codes.grouped(received.receipt),
        kept={"code": received.receipt},
        thanks="",
        sitting=len(received.leaves) if received.is_sitting else 0,
        day=day_of(received.received_at, received.campaign, look.lang),
        proof=proof,
        handling=comments.pop(received.receipt, None),
        comments=comments,
    )


def _template(*, partial: bool) -> str:
    """Return the whole page, or its middle alone for the page that asks by script."""
    return "respond/receipt_told.html" if partial else "respond/receipt.html"
