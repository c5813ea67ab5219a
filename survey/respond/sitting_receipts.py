"""Were my answers counted? What the receipt of a sitting tells: how many, and where they lie."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.clock import from_epoch_ms
from survey.ledger.checker import receipt_code
from survey.ledger.head import public_key, sign_head
from survey.ledger.publication import receipt_file
from survey.model import Campaign, Response, Sitting
from survey.respond import reply
from survey.respond.intake import row_statement
from survey.respond.receipts import RECEIPT_BYTES
from survey.respond.reply import Handling
from survey.site.installation import Site

_RESPONSE = cast(sa.Table, Response.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SittingReceived:
    """That a sitting is stored, since when, and the leaf of each of its answers."""

    receipt: str
    campaign: Campaign
    received_at: datetime
    leaves: tuple[dict[str, Any], ...]


def find_sitting(session: Session, code: str) -> SittingReceived | None:
    """Return what is known of a sitting's receipt, or None if no sitting has it."""
    receipt = codes.to_bytes(code, RECEIPT_BYTES)
    if receipt is None:
        return None
    query = (
        sa.select(_RESPONSE)
        .join(Sitting, Sitting.invitation_id == _RESPONSE.c.sitting_id)
        .where(Sitting.receipt == receipt)
        .order_by(_RESPONSE.c.leaf_index)
    )
    rows = [dict(row) for row in session.execute(query).mappings()]
    if not rows:
        return None
    campaign = session.get_one(Campaign, rows[0]["campaign_id"])
    return SittingReceived(
        receipt=code,
        campaign=campaign,
        received_at=from_epoch_ms(rows[0]["submitted_ms"]),
        leaves=tuple(row_statement(row, campaign_code=campaign.code) for row in rows),
    )


def handlings(
    session: Session, *, sitting: SittingReceived, lang: str
) -> list[tuple[str, Handling]]:
    """Return how far each comment of a sitting has come, under the receipt of its answer."""
    receipts = [receipt_code(bytes.fromhex(leaf["receipt"])) for leaf in sitting.leaves]
    found = ((code, reply.handling(session, receipt_code=code, lang=lang)) for code in receipts)
    return [(code, handled) for code, handled in found if handled]


def proof_of_sitting(site: Site, sitting: SittingReceived) -> dict[str, Any] | None:
    """Return the file that proves the inclusion of every answer; None until a head covers them."""
    campaign, key = sitting.campaign, site.keys.signing()
    head = sign_head(
        site.database, campaign=campaign, key=key, home=site.settings.home, at=site.clock()
    )
    with site.database.reading() as session:
        files = [
            receipt_file(session, campaign=campaign, head=head, leaf=leaf)
            for leaf in sitting.leaves
        ]
    made = [file for file in files if file is not None]
    if len(made) < len(files):
        return None
    return {
        "kind": "public-review-sitting",
        "version": 1,
        "simulated": campaign.simulated,
        "receipt": sitting.receipt,
        "answers": [{name: file[name] for name in ("receipt", "leaf", "path")} for file in made],
        "head": made[0]["head"],
        "public_key": public_key(key),
    }
