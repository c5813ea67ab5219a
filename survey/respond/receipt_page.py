"""What a resident reads under his numbers: thanks, that it was counted, what became of a comment.

Two numbers: the receipt proves the answer, the ticket opens the cases of its comments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template

from survey import codes
from survey.model import Campaign
from survey.respond import page
from survey.respond.dates import day_of
from survey.respond.presentation import Presentation
from survey.respond.receipts import Received
from survey.respond.reply import Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What a resident holds; empty where he sent only the other, or left no comment."""

    receipt: str
    ticket: str = ""

    @property
    def grouped(self) -> dict[str, str]:
        """Both as they are printed."""
        return {"receipt": codes.grouped(self.receipt), "ticket": codes.grouped(self.ticket)}

    @property
    def fields(self) -> dict[str, str]:
        """Both as a form sends them on."""
        return {"code": self.receipt or self.ticket, "ticket": self.ticket}


def thanks(
    campaign: Campaign,
    look: Presentation,
    *,
    numbers: Numbers,
    sitting: int,
    partial: bool = False,
) -> str:
    """Return the page that answers a form: the same for the same form, however often it is sent.

    `sitting` is how many units were rated with a code for several, 0 for one answer.
    """
    return render_template(
        _template(partial=partial),
        **page.frame(None, look, campaign=campaign),
        **numbers.grouped,
        kept=numbers.fields | {"new": "1"},
        thanks=campaign.notices["thanks"][look.lang],
        sitting=sitting,
        received=True,
    )


def told(
    received: Received | None,
    look: Presentation,
    *,
    numbers: Numbers,
    proof: dict[str, Any] | None,
    handlings: Sequence[Handling],
    opens: str,
    chosen: str = "",
    partial: bool = False,
) -> str:
    """Return the page of numbers that were looked up, all of one case or a list of several.

    `opens` is the number that opens the cases, `chosen` the code of the one to show.
    """
    shown = [each for each in handlings if len(handlings) == 1 or each.code == chosen]
    campaign = received.campaign if received else None
    return render_template(
        _template(partial=partial),
        **page.frame(None, look, campaign=campaign),
        **numbers.grouped,
        kept=numbers.fields,
        thanks="",
        received=received is not None,
        sitting=len(received.leaves) if received and received.is_sitting else 0,
        day=day_of(received.received_at, received.campaign, look.lang) if received else "",
        proof=proof,
        handling=shown[0] if shown else None,
        comments=[] if shown else handlings,
        opens=opens,
    )


def _template(*, partial: bool) -> str:
    """Return the whole page, or its middle alone for the page that asks by script."""
    return "respond/thanks_and_receipt.html" if partial else "respond/receipt.html"
