"""A city over its counties: the keys they sign with, and their releases as they came."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base


class CountyKey(Base):
    """A key that a county signs its releases with; it opens nothing until a second confirmed it.

    Rows are added and shut, never changed otherwise. Keys of one county bear one name.
    """

    __tablename__ = "county_key"
    __table_args__ = (
        sa.CheckConstraint("length(county) BETWEEN 1 AND 60", name="county"),
        sa.CheckConstraint("confirmed_by <> made_by", name="two"),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
        sa.CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    county: Mapped[str] = mapped_column(comment="what the city calls the county")
    public_key: Mapped[str] = mapped_column(unique=True, comment="Ed25519, base64")
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="none: it opens nothing")
    confirmed_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]


class CountyRelease(Base):
    """A county's score document, byte by byte as it was signed; rows are added alone."""

    __tablename__ = "county_release"
    __table_args__ = (
        sa.UniqueConstraint("key_id", "campaign", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(sa.ForeignKey("county_key.id"))
    campaign: Mapped[str] = mapped_column(comment="the county's own code of it")
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the document")
    document: Mapped[str]
    taken_at: Mapped[datetime]
    taken_by: Mapped[str]
