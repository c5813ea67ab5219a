"""Appeals 申诉: what a unit contests of a release, and each step the office takes on it."""

from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, JsonText, one_of

# What is contested: the score, a decision of the review desk, the answers of one entrance, else.
AppealMatter = Literal["score", "decision", "entrance", "other"]
APPEAL_MATTERS: tuple[AppealMatter, ...] = get_args(AppealMatter)
AppealStepKind = Literal["received", "weighed", "decided"]
APPEAL_STEPS: tuple[AppealStepKind, ...] = get_args(AppealStepKind)
AppealOutcome = Literal["upheld", "partly", "rejected"]
APPEAL_OUTCOMES: tuple[AppealOutcome, ...] = get_args(AppealOutcome)
LONGEST_STATEMENT = 3000


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
