"""Appraisals, what people decided on their findings, releases: answers become a frozen score."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, JsonText, one_of

VERDICTS = ("flag", "quarantine", "exclude")
CASE_VERDICTS = ("keep", "exclude", "one", "undo")


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


class ReviewCase(Base):
    """A finding of a run about some answers; the same finding of a later run is the same case.

    Cases, words and what they weigh are only added to. How a case stands follows from its words.
    """

    __tablename__ = "review_case"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "number"),
        sa.UniqueConstraint("campaign_id", "digest"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("n >= 0", name="n"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(comment="in the campaign, from 1, in the order found")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of kind, unit, group and the answers")
    kind: Mapped[str]
    unit_code: Mapped[str]
    group_code: Mapped[str] = mapped_column(comment="empty: of no one group")
    appraisal_id: Mapped[int] = mapped_column(
        sa.ForeignKey("appraisal.id"), comment="the run that found it first"
    )
    n: Mapped[int] = mapped_column(comment="how many answers it is about")
    responses: Mapped[list[int]] = mapped_column(JsonText, comment="their ids, shown to nobody")
    content: Mapped[dict[str, Any]] = mapped_column(
        JsonText, comment="what people are shown: words, days and shares, counts made coarse"
    )


class ReviewWord(Base):
    """One person's word on a case; two who agree, or a third among them, decide a round."""

    __tablename__ = "review_word"
    __table_args__ = (
        one_of("verdict", CASE_VERDICTS),
        sa.UniqueConstraint("case_id", "turn", "position"),
        sa.UniqueConstraint("case_id", "turn", "by"),
        sa.CheckConstraint("turn >= 1", name="turn"),
        sa.CheckConstraint("position BETWEEN 1 AND 3", name="position"),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name="reason"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("review_case.id"))
    turn: Mapped[int] = mapped_column(comment="which decision of the case, from 1")
    position: Mapped[int] = mapped_column(comment="first, second or third person of the turn")
    verdict: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class ReviewEffect(Base):
    """What a unit's score of a run would be, were a case decided in each of the three ways.

    None where the unit would have no score.
    """

    __tablename__ = "review_effect"
    __table_args__ = (STRICT,)

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("review_case.id"), primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal.id"), primary_key=True)
    score_keep: Mapped[str | None] = mapped_column(comment="the answers counted in full")
    score_exclude: Mapped[str | None] = mapped_column(comment="the answers left out")
    score_one: Mapped[str | None] = mapped_column(comment="the answers counted as one")


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
