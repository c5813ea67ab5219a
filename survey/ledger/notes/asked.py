"""What a campaign's ledger asks of a witness: its newest listed head, grown from an old size."""

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey.ledger.book import Shelf
from survey.ledger.head import newest_head, published
from survey.ledger.notes.note import Note
from survey.ledger.notes.of_head import signed_checkpoint
from survey.ledger.notes.request import Request
from survey.ledger.tree import consistency_path
from survey.model import Campaign, TreeHead
from survey.site.identity import identity


def newest_checkpoint(
    session: Session, *, campaign: Campaign, key: Ed25519PrivateKey
) -> Note | None:
    """Return the newest listed head as a signed checkpoint; None before the first is signed.

    Raises Refused where the head is not signed by this key.
    """
    head = newest_head(session, campaign=campaign, only_listed=True)
    return checkpoint_note(session, head=head, campaign=campaign, key=key) if head else None


def checkpoint_note(
    session: Session, *, head: TreeHead, campaign: Campaign, key: Ed25519PrivateKey
) -> Note:
    """Return a head as a signed checkpoint; raises Refused where it is not signed by this key."""
    return signed_checkpoint(
        published(head, campaign), installation=identity(session) or "", key=key
    )


def asked_of_witness(
    session: Session, *, campaign: Campaign, old: int, key: Ed25519PrivateKey
) -> Request | None:
    """Return what a witness is asked that has seen the ledger at an old size.

    None where no head is signed yet, and where no head of ours was ever of that size: a proof
    from any place between would tell how the ledger grew from minute to minute.

    Raises Refused where the newest head is not signed by this key.
    """
    head = newest_head(session, campaign=campaign, only_listed=True)
    if head is None or old > head.size or not _is_known(session, campaign, old):
        return None
    shelf = Shelf(session, campaign_id=campaign.id)
    return Request(
        old=old,
        proof=tuple(consistency_path(shelf.perfect, old=old, new=head.size)),
        checkpoint=checkpoint_note(session, head=head, campaign=campaign, key=key),
    )


def _is_known(session: Session, campaign: Campaign, size: int) -> bool:
    query = sa.select(TreeHead.id).where(TreeHead.campaign_id == campaign.id, TreeHead.size == size)
    return size == 0 or session.scalar(query.limit(1)) is not None
