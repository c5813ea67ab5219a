"""Word templates of documents 文书模板 that the office uploaded in place of the shipped ones."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base


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
