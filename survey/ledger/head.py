"""Signed tree heads: what binds the office to the ledger as it was at a moment.

A head is signed over what is committed, never inside the transaction that grows the ledger, and
kept a second time in `heads.jsonl` in the home folder: a database restored from an older backup
does not agree with it.
"""

import base64
import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from survey.ledger.book import read_frontier
from survey.ledger.checker import Head, signed_bytes
from survey.model import Campaign, TreeHead
from survey.site.database import Database

HEADS_FILE = "heads.jsonl"

_KEPT_FRESH = timedelta(minutes=1)
_AT_LEAST_EVERY = timedelta(days=1)


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public key as it is published: base64 of its 32 bytes."""
    return base64.b64encode(_raw(key)).decode()


def newest_head(session: Session, *, campaign: Campaign) -> TreeHead | None:
    """Return the campaign's newest head, or None before the first is signed."""
    query = sa.select(TreeHead).where(TreeHead.campaign_id == campaign.id)
    return session.scalar(query.order_by(TreeHead.id.desc()).limit(1))


def heads_of(session: Session, *, campaign: Campaign) -> list[TreeHead]:
    """Return all heads of a campaign, the oldest first."""
    query = sa.select(TreeHead).where(TreeHead.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(TreeHead.id)))


def sign_head(
    database: Database,
    *,
    campaign: Campaign,
    key: Ed25519PrivateKey,
    home: Path,
    at: datetime,
    patience: timedelta = _KEPT_FRESH,
) -> TreeHead:
    """Return the newest head, signing one where the ledger has grown since one that is too old.

    While the campaign is open there is one a day even if nobody answers.
    """
    with database.reading() as session:
        newest = newest_head(session, campaign=campaign)
        size = read_frontier(session, campaign_id=campaign.id).size
    if newest is not None and not _due(newest, campaign, size=size, at=at, patience=patience):
        return newest
    with database.writing() as session:
        newest = newest_head(session, campaign=campaign)
        frontier = read_frontier(session, campaign_id=campaign.id)
        size = frontier.size
        if newest is not None and not _due(newest, campaign, size=size, at=at, patience=patience):
            return newest  # another process was quicker
        head = _signed(campaign, size=size, root=frontier.root(), key=key, at=at)
        session.add(head)
    with (home / HEADS_FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(published(head, campaign)) + "\n")
    return head


def seal(
    database: Database, *, campaign: Campaign, key: Ed25519PrivateKey, home: Path, at: datetime
) -> TreeHead:
    """Sign a head of what is there now, as at the close and at a release."""
    return sign_head(database, campaign=campaign, key=key, home=home, at=at, patience=timedelta(0))


def published(head: TreeHead, campaign: Campaign) -> Head:
    """Return a head as it is published and checked."""
    return _statement(campaign.code, head) | {
        "signature": base64.b64encode(head.signature).decode()
    }


def kept_outside(home: Path, *, campaign: Campaign) -> list[Head]:
    """Return the campaign's heads in `heads.jsonl`, the oldest first."""
    path = home / HEADS_FILE
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    heads: list[dict[str, Any]] = [json.loads(line) for line in lines if line]
    return [head for head in heads if head["campaign"] == campaign.code]


def _due(
    newest: TreeHead, campaign: Campaign, *, size: int, at: datetime, patience: timedelta
) -> bool:
    age = at - newest.signed_at
    if size != newest.size:
        return age >= patience
    return campaign.state == "open" and age >= _AT_LEAST_EVERY


def _signed(
    campaign: Campaign, *, size: int, root: bytes, key: Ed25519PrivateKey, at: datetime
) -> TreeHead:
    head = TreeHead(
        campaign_id=campaign.id,
        size=size,
        root=root,
        signed_at=at.replace(microsecond=0),
        key_id=hashlib.sha256(_raw(key)).hexdigest()[:16],
    )
    head.signature = key.sign(signed_bytes(_statement(campaign.code, head)))
    return head


def _statement(campaign_code: str, head: TreeHead) -> Head:
    return {
        "kind": "public-review-tree-head",
        "version": 1,
        "algorithm": "Ed25519",
        "campaign": campaign_code,
        "key_id": head.key_id,
        "root": head.root.hex(),
        "size": head.size,
        "time": head.signed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _raw(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
