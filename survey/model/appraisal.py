"""Answers become a frozen score: runs, what people decided on them, releases, appeals 申诉."""

from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, JsonText, one_of

VERDICTS = ("flag", "quarantine", "exclude")
CASE_VERDICTS = ("keep", "exclude", "one", "undo")
# What is contested: the score, a decision of the review desk, the answers of one entrance, else.
AppealMatter = Literal["score", "decision", "entrance", "other"]
APPEAL_MATTERS: tuple[AppealMatter, ...] = get_args(AppealMatter)
AppealStepKind = Literal["received", "weighed", "decided"]
APPEAL_STEPS: tuple[AppealStepKind, ...] = get_args(AppealStepKind)
AppealOutcome = Literal["upheld", "partly", "rejected"]
APPEAL_OUTCOMES: tuple[AppealOutcome, ...] = get_args(AppealOutcome)
LONGEST_STATEMENT = 3000


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


class Appeal(Base):
    """One appeal of a unit against a release; how it stands follows from its steps."""

    __tablename__ = "appeal"
    __table_args__ = (
        one_of("matter", APPEAL_MATTERS),
        sa.UniqueConstraint("campaign_id", "number"),
        sa.UniqueConstraint("release_id", "unit_id"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint(
            f"length(statement) BETWEEN 1 AND {LONGEST_STATEMENT}", name="statement"
        ),
        sa.CheckConstraint("length(which) <= 200", name="which"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(comment="in the campaign, from 1")
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    release_id: Mapped[int] = mapped_column(
        sa.ForeignKey("release.id"), comment="the release that is contested"
    )
    matter: Mapped[str]
    which: Mapped[str] = mapped_column(comment="which decision, entrance or other thing; or empty")
    statement: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[str]
    file_name: Mapped[str | None] = mapped_column(comment="of the attachment, where there is one")
    file_digest: Mapped[str | None] = mapped_column(comment="SHA-256 of the attachment")


class AppealFile(Base):
    """What was attached to an appeal: kept apart, so that no page reads it along."""

    __tablename__ = "appeal_file"
    __table_args__ = (STRICT,)

    appeal_id: Mapped[int] = mapped_column(sa.ForeignKey("appeal.id"), primary_key=True)
    content: Mapped[bytes]


class AppealStep(Base):
    """One step of an appeal; steps are added, never changed."""

    __tablename__ = "appeal_step"
    __table_args__ = (
        one_of("step", APPEAL_STEPS),
        one_of("outcome", APPEAL_OUTCOMES),
        sa.CheckConstraint("(step = 'decided') = (outcome IS NOT NULL)", name="decided"),
        sa.CheckConstraint(
            "(step = 'weighed') = (appraisal_id IS NOT NULL AND content IS NOT NULL)",
            name="weighed",
        ),
        sa.CheckConstraint("length(reason) <= 500", name="reason"),
        STRICT,
    )

    appeal_id: Mapped[int] = mapped_column(sa.ForeignKey("appeal.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    appraisal_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("appraisal.id"), comment="weighed: the run it was compared with"
    )
    content: Mapped[dict[str, Any] | None] = mapped_column(
        JsonText, comment="weighed: figures before and after"
    )
    outcome: Mapped[str | None]
    reason: Mapped[str] = mapped_column(comment="decided: why, as the unit reads it; else empty")
    approved_by: Mapped[str | None] = mapped_column(comment="decided: the second person")
    release_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("release.id"), comment="decided: the release that holds from then on"
    )
