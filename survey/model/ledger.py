"""The ledger of a campaign: where its tree ends, the subtrees it completed, the heads signed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, SmallInt


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
    """A signed statement of the ledger's size and root at a moment; added, never changed."""

    __tablename__ = "tree_head"
    __table_args__ = (
        sa.Index("ix_tree_head_campaign_size", "campaign_id", "size"),
        sa.CheckConstraint("size >= 0", name="size"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    size: Mapped[int] = mapped_column(BigInt)
    root: Mapped[bytes]
    signed_at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[bytes]
