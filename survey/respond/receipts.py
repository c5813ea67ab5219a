"""Was mine counted? What a receipt tells, which is never the answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.clock import from_epoch_ms
from survey.ledger.head import public_key, sign_head
from survey.ledger.publication import receipt_file
from survey.model import Campaign, Response
from survey.respond.intake import row_statement
from survey.site.installation import Site

RECEIPT_BYTES = 10

_RESPONSE = cast(sa.Table, Response.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """That an answer is stored, since when, and what its leaf in the ledger states."""

    campaign: Campaign
    received_at: datetime
    leaf: dict[str, Any]


def find(session: Session, receipt_code: str) -> Received | None:
    """Return what is known of a receipt, or None if no answer has it."""
    receipt = codes.to_bytes(receipt_code, RECEIPT_BYTES)
    if receipt is None:
        return None
    query = sa.select(_RESPONSE).where(_RESPONSE.c.receipt == receipt)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return None
    campaign = session.get_one(Campaign, row["campaign_id"])
    return Received(
        campaign=campaign,
        received_at=from_epoch_ms(row["submitted_ms"]),
        leaf=row_statement(dict(row), campaign_code=campaign.code),
    )


def proof(site: Site, received: Received) -> dict[str, Any] | None:
    """Return the file that proves an answer's inclusion; None until a head covers it."""
    campaign, key = received.campaign, site.keys.signing()
    head = sign_head(
        site.database, campaign=campaign, key=key, home=site.settings.home, at=site.clock()
    )
    with site.database.reading() as session:
        made = receipt_file(session, campaign=campaign, head=head, leaf=received.leaf)
    return None if made is None else made | {"public_key": public_key(key)}
