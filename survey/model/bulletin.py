"""Papers of an office: bulletins 进度通报 as they went out, templates of documents 文书模板."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of

BULLETIN_KINDS = ("docx", "pdf")
BULLETIN_LANGS = ("zh", "en")


class Bulletin(Base):
    """One bulletin: its number in the campaign and the local day whose figures it says."""

    __tablename__ = "bulletin"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "number"),
        sa.UniqueConstraint("campaign_id", "day"),
        sa.CheckConstraint("number >= 1", name="number"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int]
    day: Mapped[str] = mapped_column(comment="local day of issue")
    issued_at: Mapped[datetime]
    issued_by: Mapped[str]


class BulletinFile(Base):
    """A file of a bulletin as it was issued: drawn again it would be another one."""

    __tablename__ = "bulletin_file"
    __table_args__ = (
        one_of("kind", BULLETIN_KINDS),
        one_of("lang", BULLETIN_LANGS),
        STRICT,
    )

    bulletin_id: Mapped[int] = mapped_column(sa.ForeignKey("bulletin.id"), primary_key=True)
    lang: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the content")


class DocumentTemplate(Base):
    """One version of a template; the newest counts, and none of its content means the shipped.

    Versions are added, never changed: a document drawn by an earlier one can still be checked.
    """

    __tablename__ = "document_template"
    __table_args__ = (
        sa.CheckConstraint("(content IS NULL) = (digest IS NULL)", name="digest"),
        sa.Index("ix_document_template_kind", "kind", "lang"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(comment="which document; survey.reports knows them")
    lang: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(comment="the Word file, none: as shipped")
    digest: Mapped[str | None] = mapped_column(comment="SHA-256 of the content")
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str]
