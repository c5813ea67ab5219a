"""Signed tree heads: what binds the office to the ledger, and to its records, at a moment.

Each names the one before it by digest, so that none can be taken out or signed anew unseen by
whoever knows a later one.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey.ledger.checker import FIRST, Head, canonical, head_digest, signed_bytes
from survey.ledger.tree import Frontier
from survey.model import Campaign, TreeHead

VERSION = 2
RECEIPT = "receipt"  # signed because a resident looks: never listed, never sent

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Signed:
    """A head as published, and its digest: reckoned once, for there may be thousands."""

    head: Head
    digest: str


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public key as it is published: base64 of its 32 bytes."""
    return base64.b64encode(_raw(key)).decode()


def newest_head(
    session: Session, *, campaign: Campaign, only_listed: bool = False
) -> TreeHead | None:
    """Return the campaign's newest head, or None before the first is signed."""
    query = sa.select(TreeHead).where(TreeHead.campaign_id == campaign.id)
    if only_listed:
        query = query.where(TreeHead.occasion != RECEIPT)
    return session.scalar(query.order_by(TreeHead.id.desc()).limit(1))


def heads_of(session: Session, *, campaign: Campaign) -> list[TreeHead]:
    """Return all heads of a campaign, the oldest first."""
    query = sa.select(TreeHead).where(TreeHead.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(TreeHead.id)))


def clock_of(head: TreeHead) -> datetime:
    """Return what the clock said when a head was signed; its time never goes back, clocks do."""
    return head.signed_at - timedelta(seconds=head.behind)


def next_head(
    session: Session,
    *,
    campaign: Campaign,
    frontier: Frontier,
    records: Mapping[str, str],
    key: Ed25519PrivateKey,
    at: datetime,
    occasion: str,
) -> TreeHead:
    """Return the head that follows the campaign's newest, signed; the caller stores it.

    A clock behind the newest head's time cannot take the head back in time: it takes the same
    time, and states by how much the clock is behind.
    """
    before = newest_head(session, campaign=campaign)
    clock = at.astimezone(UTC).replace(microsecond=0)
    time = max(clock, before.signed_at) if before else clock
    head = TreeHead(
        campaign_id=campaign.id,
        version=VERSION,
        number=_number(session, campaign, before),
        previous=bytes.fromhex(head_digest(published(before, campaign)) if before else FIRST),
        records=dict(records),
        size=frontier.size,
        root=frontier.root(),
        signed_at=time,
        behind=int((time - clock).total_seconds()),
        key_id=key_id(public_key(key)),
        occasion=occasion,
    )
    head.signature = key.sign(signed_bytes(_statement(campaign.code, head)))
    return head


def published(head: TreeHead, campaign: Campaign) -> Head:
    """Return a head as it is published and checked."""
    return _statement(campaign.code, head) | {
        "signature": base64.b64encode(head.signature).decode()
    }


def signed_at(head: Head) -> datetime:
    """Return when a published head was signed."""
    return datetime.fromisoformat(head["time"])


def key_id(key: str) -> str:
    """Return the short name of a public key as heads name it."""
    return hashlib.sha256(base64.b64decode(key)).hexdigest()[:16]


def _number(session: Session, campaign: Campaign, before: TreeHead | None) -> int:
    """Return the next place in the chain; heads of version 1 had none and are counted."""
    if before is None:
        return 1
    if before.number is not None:
        return before.number + 1
    query = sa.select(sa.func.count()).where(TreeHead.campaign_id == campaign.id)
    return session.scalars(query).one() + 1


def _statement(campaign_code: str, head: TreeHead) -> Head:
    stated: Head = {
        "kind": "public-review-tree-head",
        "version": head.version,
        "algorithm": "Ed25519",
        "campaign": campaign_code,
        "key_id": head.key_id,
        "root": head.root.hex(),
        "size": head.size,
        "time": head.signed_at.strftime(_TIME),
    }
    if head.number is None or head.previous is None or head.records is None:
        return stated
    return stated | {
        "number": head.number,
        "previous": head.previous.hex(),
        "records": hashlib.sha256(canonical(head.records)).hexdigest(),
        "behind": head.behind,
    }


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
