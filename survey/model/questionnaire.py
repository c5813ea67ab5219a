"""Questionnaires: versioned sets of items, kept whole as JSON."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, JsonText


class Questionnaire(Base):
    """One version of a questionnaire; never changed, only superseded."""

    __tablename__ = "questionnaire"
    __table_args__ = (sa.UniqueConstraint("code", "version"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the canonical content")
    created_at: Mapped[datetime]
