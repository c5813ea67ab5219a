"""Was mine counted? What a receipt tells of the answers under it, which is never the answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey import codes
from survey.canonical import canonical
from survey.clock import from_epoch_ms
from survey.fieldwork.witnesses.proving import cosigned_checkpoint, proving_head
from survey.ledger.book import Shelf
from survey.ledger.checker import receipt_code
from survey.ledger.head import public_key
from survey.ledger.leaf import row_statement
from survey.ledger.notes.proof import Proof
from survey.ledger.publication import receipt_file
from survey.ledger.signing import head_for_receipts
from survey.ledger.tree import inclusion_path
from survey.model import Campaign
from survey.respond.intake import answers_under
from survey.site.installation import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """That a sheet is stored, since when, and what each answer's leaf in the ledger states."""

    receipt: str
    campaign: Campaign
    received_at: datetime
    leaves: tuple[dict[str, Any], ...]

    @property
    def is_sitting(self) -> bool:
        """Whether the answers have receipts of their own, made from the sheet's."""
        own = [receipt_code(bytes.fromhex(leaf["receipt"])) for leaf in self.leaves]
        return own != [self.receipt]


def find(session: Session, code: str) -> Received | None:
    """Return what is known of a receipt, or None if nothing has it."""
    receipt = codes.to_bytes(code, codes.RECEIPT_BYTES)
    rows = [dict(row) for row in answers_under(session, receipt)] if receipt else []
    if not rows:
        return None
    campaign = session.get_one(Campaign, rows[0]["campaign_id"])
    return Received(
        receipt=code,
        campaign=campaign,
        received_at=from_epoch_ms(rows[0]["submitted_ms"]),
        leaves=tuple(row_statement(row, campaign_code=campaign.code) for row in rows),
    )


def proof(site: Site, received: Received) -> dict[str, Any] | None:
    """Return the file that proves every answer's inclusion; None until a head covers them."""
    campaign, key = received.campaign, site.keys.signing()
    head = head_for_receipts(site, campaign=campaign)
    if head is None:
        return None
    with site.database.reading() as session:
        files = [
            receipt_file(session, campaign=campaign, head=head, leaf=leaf)
            for leaf in received.leaves
        ]
    made = [file for file in files if file is not None]
    if len(made) < len(files):
        return None
    if not received.is_sitting:
        return made[0] | {"public_key": public_key(key)}
    return {
        "kind": "public-review-sitting",
        "version": 1,
        "simulated": campaign.simulated,
        "receipt": received.receipt,
        "answers": [{name: file[name] for name in ("receipt", "leaf", "path")} for file in made],
        "head": made[0]["head"],
        "public_key": public_key(key),
    }


def proof_for_strangers(site: Site, received: Received) -> Proof | None:
    """Return the proof of one answer in the form of C2SP; None until a head covers it.

    Of a sitting each answer has a receipt of its own, and its proof by that. Raises Refused where
    the head is not signed by our key.
    """
    campaign, [leaf], key = received.campaign, received.leaves, site.keys.signing()
    newest = head_for_receipts(site, campaign=campaign)
    with site.database.reading() as session:
        known = proving_head(session, campaign=campaign, index=leaf["index"], key=key)
        head = known or newest
        if head is None or leaf["index"] >= head.size:
            return None
        shelf = Shelf(session, campaign_id=campaign.id)
        return Proof(
            entry=canonical(leaf),
            index=leaf["index"],
            path=tuple(inclusion_path(shelf.perfect, index=leaf["index"], size=head.size)),
            checkpoint=cosigned_checkpoint(session, head=head, campaign=campaign, key=key),
        )
