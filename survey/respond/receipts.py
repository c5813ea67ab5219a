"""Was mine counted? What a receipt tells, which is never the answers."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.clock import from_epoch_ms
from survey.model import Campaign, Response

RECEIPT_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """That an answer is stored and in the ledger, and since when."""

    campaign: Campaign
    received_at: datetime


def find(session: Session, receipt_code: str) -> Received | None:
    """Return what is known of a receipt, or None if no answer has it."""
    receipt = codes.to_bytes(receipt_code, RECEIPT_BYTES)
    if receipt is None:
        return None
    found = session.execute(
        sa.select(Campaign, Response.submitted_ms)
        .join(Response, Response.campaign_id == Campaign.id)
        .where(Response.receipt == receipt)
    ).one_or_none()
    if found is None:
        return None
    return Received(campaign=found[0], received_at=from_epoch_ms(found[1]))
