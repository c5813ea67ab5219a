"""Appraisals and releases: answers become a score, and a score is frozen."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, JsonText, one_of

VERDICTS = ("flag", "quarantine", "exclude")


class Appraisal(Base):
    """One run of the pipeline over a closed campaign; runs are added, never changed."""

    __tablename__ = "appraisal"
    __table_args__ = (STRICT,)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    run_at: Mapped[datetime]
    run_by: Mapped[str]
    plan_digest: Mapped[str]
    data_digest: Mapped[str]
    code_version: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    content_digest: Mapped[str] = mapped_column(comment="SHA-256 of all the above but the keys")
    verdict_digest: Mapped[str] = mapped_column(comment="SHA-256 of the run's verdicts")


class Verdict(Base):
    """What screening said of a response it did not simply keep."""

    __tablename__ = "verdict"
    __table_args__ = (one_of("verdict", VERDICTS), STRICT)

    appraisal_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal.id"), primary_key=True)
    response_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("response.id"), primary_key=True, autoincrement=False
    )
    verdict: Mapped[str]
    rules: Mapped[str] = mapped_column(comment="rule ids joined by ;")


class Release(Base):
    """Frozen scores: the exact bytes of the score document, with digest and signature."""

    __tablename__ = "release"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int]
    appraisal_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal.id"))
    supersedes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("release.id"))
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[str]
    document: Mapped[str] = mapped_column(comment="the score document as JSON, byte for byte")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of the document")
