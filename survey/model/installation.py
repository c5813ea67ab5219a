"""Which installation a database belongs to, and which keys belong to it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base


class Installation(Base):
    """The one row that names the installation; its home folder carries the same name."""

    __tablename__ = "installation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identity: Mapped[str] = mapped_column(comment="32 random hexadecimal digits, no secret")
    made_at: Mapped[datetime]


class KeyFingerprint(Base):
    """What tells a key from another without telling the key: a lost one is never made anew."""

    __tablename__ = "key_fingerprint"
    __table_args__ = (sa.CheckConstraint("length(fingerprint) = 64", name="fingerprint"), STRICT)

    name: Mapped[str] = mapped_column(primary_key=True, comment="file in the folder of keys")
    fingerprint: Mapped[str] = mapped_column(comment="SHA-256 of name and content, hexadecimal")
    noted_at: Mapped[datetime]
