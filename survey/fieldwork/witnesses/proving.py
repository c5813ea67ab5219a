"""Which head proves an answer to a stranger: one that witnesses have signed, where there is one."""

from dataclasses import replace

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey.fieldwork.witnesses.standing import body_of, cosignature_of
from survey.ledger.head import RECEIPT, key_id, public_key
from survey.ledger.notes.asked import checkpoint_note
from survey.ledger.notes.cosignature import Cosigned
from survey.ledger.notes.note import Malformed, Note
from survey.model import Campaign, Cosignature, TreeHead
from survey.site.identity import identity


def proving_head(
    session: Session, *, campaign: Campaign, index: int, key: Ed25519PrivateKey
) -> TreeHead | None:
    """Return the newest listed head over the answer at a place, a cosigned one before others.

    One of an earlier key, or of a ledger's first version, proves nothing in this form.
    """
    is_cosigned = sa.exists().where(Cosignature.head_id == TreeHead.id)
    query = sa.select(TreeHead).where(
        TreeHead.campaign_id == campaign.id,
        TreeHead.occasion != RECEIPT,
        TreeHead.size > index,
        TreeHead.key_id == key_id(public_key(key)),
        TreeHead.number.is_not(None),
    )
    return session.scalar(query.order_by(is_cosigned.desc(), TreeHead.id.desc()).limit(1))


def cosigned_checkpoint(
    session: Session, *, head: TreeHead, campaign: Campaign, key: Ed25519PrivateKey
) -> Note:
    """Return a head as a signed checkpoint, below it what witnesses signed of it.

    Raises Refused where the head is not signed by this key.
    """
    note = checkpoint_note(session, head=head, campaign=campaign, key=key)
    body = body_of(head, campaign, installation=identity(session) or "")
    query = sa.select(Cosignature).where(Cosignature.head_id == head.id).order_by(Cosignature.id)
    made = (_that_holds(row, body) for row in session.scalars(query))
    return replace(note, lines=(*note.lines, *(each.line for each in made if each)))


def _that_holds(row: Cosignature, body: str) -> Cosigned | None:
    try:
        return cosignature_of(row, body)
    except Malformed:  # altered where it is stored: the answer's place is proved without it
        return None
