"""The ledger of a campaign: where its tree ends, the subtrees it completed, the heads signed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, JsonText, SmallInt


class Ledger(Base):
    """The right edge of a campaign's tree; its row lock puts the answers into one order."""

    __tablename__ = "ledger"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"), STRICT)

    campaign_id: Mapped[int] = mapped_column(
        sa.ForeignKey("campaign.id"), primary_key=True, autoincrement=False
    )
    size: Mapped[int] = mapped_column(BigInt)
    frontier: Mapped[bytes] = mapped_column(comment="roots of the complete subtrees, largest first")


class LedgerNode(Base):
    """A complete subtree of 256, 65,536, ... leaves, so that a proof need not read all leaves."""

    __tablename__ = "ledger_node"
    __table_args__ = (sa.CheckConstraint("length(hash) = 32", name="hash"), STRICT)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInt, primary_key=True, comment="2**level leaves")
    position: Mapped[int] = mapped_column(BigInt, primary_key=True)
    hash: Mapped[bytes]


class TreeHead(Base):
    """A signed statement of the ledger at a moment; added, never changed.

    From version 2 on each names the one before it and what else was on record.
    """

    __tablename__ = "tree_head"
    __table_args__ = (
        sa.Index("ix_tree_head_campaign_size", "campaign_id", "size"),
        sa.UniqueConstraint("campaign_id", "number"),
        sa.CheckConstraint("size >= 0", name="size"),
        sa.CheckConstraint(
            "(version = 1) = (number IS NULL) AND (version = 1) = (previous IS NULL)"
            " AND (version = 1) = (records IS NULL)",
            name="chained",
        ),
        sa.CheckConstraint("behind >= 0", name="behind"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    size: Mapped[int] = mapped_column(BigInt)
    root: Mapped[bytes]
    signed_at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[bytes]
    version: Mapped[int] = mapped_column(SmallInt, comment="of the statement that is signed")
    number: Mapped[int | None] = mapped_column(comment="in the campaign's chain of heads")
    previous: Mapped[bytes | None] = mapped_column(comment="digest of the head before")
    records: Mapped[dict[str, str] | None] = mapped_column(
        JsonText, comment="digests of what was on record; signed by the digest of them all"
    )
    behind: Mapped[int] = mapped_column(comment="seconds the clock stood behind the head before")
    occasion: Mapped[str] = mapped_column(comment="what it was signed for: open, close, day, …")


class Cosignature(Base):
    """A witness's signature on a head, as it came from another machine; added, never changed."""

    __tablename__ = "cosignature"
    __table_args__ = (
        sa.UniqueConstraint("head_id", "witness_key"),
        sa.CheckConstraint("length(witness) BETWEEN 1 AND 100", name="witness"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    head_id: Mapped[int] = mapped_column(sa.ForeignKey("tree_head.id"))
    witness: Mapped[str] = mapped_column(comment="its name in the scheme")
    witness_key: Mapped[str] = mapped_column(comment="its public key in the scheme")
    line: Mapped[str] = mapped_column(comment="the signature as C2SP notes have it")
    signed_at: Mapped[datetime] = mapped_column(comment="as the witness says")
    taken_at: Mapped[datetime]
    taken_by: Mapped[str]
