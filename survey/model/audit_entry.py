"""The record of who did what; written in the same transaction as the deed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, JsonText


class AuditEntry(Base):
    """One deed; holds no foreign keys so that it outlives what it tells of."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.CheckConstraint("length(hash) = 32", name="hash"),
        # Read the newest first, whole or of one person or action: never by looking at all.
        sa.Index(None, "at", "id"),
        sa.Index(None, "by", "at", "id"),
        sa.Index(None, "action", "at", "id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(comment="username, or `system`")
    action: Mapped[str]
    subject: Mapped[str] = mapped_column(comment="what it was done to, e.g. a campaign's code")
    detail: Mapped[dict[str, Any]] = mapped_column(JsonText)
    hash: Mapped[bytes] = mapped_column(comment="SHA-256 of the hash before it and of this entry")


class AuditTail(Base):
    """Where the chain of entries ends; its row lock puts the deeds into one order."""

    __tablename__ = "audit_tail"
    __table_args__ = (
        sa.CheckConstraint("id = 1", name="only_one"),
        sa.CheckConstraint("length(hash) = 32", name="hash"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entries: Mapped[int] = mapped_column(BigInt)
    hash: Mapped[bytes] = mapped_column(comment="of the newest entry")
