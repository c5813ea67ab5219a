"""Cases: what becomes of a comment, step by step; and reports of coached answers."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.model.base import STRICT, Base, BigInt, one_of

if TYPE_CHECKING:
    from survey.model.unit import Unit

CASE_STATES = (
    "opened",
    "dismissed",
    "verified",
    "assigned",
    "replied",
    "published",
    "closed",
)
CASE_STEPS = (
    "verified",
    "dismissed",
    "assigned",
    "replied",
    "returned",
    "published",
    "answered",
    "closed",
)
CASE_LEVELS = ("simple", "complex")


class Case(Base):
    """A comment being dealt with; `code` is random, so that no number tells who wrote first.

    `due_on` is the deadline of the step the case waits for, whoever has to take it. Days are
    calendar days of the campaign's time zone.
    """

    __tablename__ = "feedback_case"
    __table_args__ = (
        one_of("state", CASE_STATES),
        one_of("level", CASE_LEVELS),
        sa.CheckConstraint(
            "state IN ('opened', 'dismissed') OR (level IS NOT NULL AND redacted IS NOT NULL)",
            name="verified",
        ),
        sa.CheckConstraint("length(redacted) <= 4000", name="redacted"),
        sa.CheckConstraint("length(ticket) = 16", name="ticket"),
        sa.Index("ix_feedback_case_campaign_unit", "campaign_id", "unit_id"),
        # In the order in which cases are due, so that a page of them is found wherever it stands.
        sa.Index("ix_feedback_case_due", "campaign_id", "due_on", "code"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ticket: Mapped[bytes] = mapped_column(
        unique=True, comment="hash of the number its resident looks it up by"
    )
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    response_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("response.id"), unique=True)
    state: Mapped[str]
    level: Mapped[str | None] = mapped_column(comment="which deadline of the scheme applies")
    redacted: Mapped[str | None] = mapped_column(
        comment="all that anybody outside the office reads"
    )
    opened_at: Mapped[datetime] = mapped_column(comment="the day it came, at its first moment")
    release_on: Mapped[str] = mapped_column(comment="no unit sees it before this day")
    seen_on: Mapped[str | None] = mapped_column(comment="the unit sees it from this day on")
    due_on: Mapped[str | None]
    satisfied: Mapped[bool | None] = mapped_column(
        comment="the resident on the handling; never part of a score"
    )

    unit: Mapped["Unit"] = relationship(lazy="joined")
    steps: Mapped[list["CaseStep"]] = relationship(order_by="CaseStep.position")


class CaseStep(Base):
    """One step of a case and what was written with it; steps are added, never changed."""

    __tablename__ = "case_step"
    __table_args__ = (
        one_of("step", CASE_STEPS),
        sa.CheckConstraint("length(text) <= 4000", name="text"),
        STRICT,
    )

    case_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("feedback_case.id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(comment="username, or `resident`")
    text: Mapped[str]


class CoachingReport(Base):
    """Somebody was told what to answer. Holds a day, not a time, and nothing of the person."""

    __tablename__ = "coaching_report"
    __table_args__ = (
        sa.UniqueConstraint("mark"),
        sa.CheckConstraint("length(text) <= 500", name="text"),
        sa.Index("ix_coaching_report_campaign_unit", "campaign_id", "unit_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    entrance_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entrance.id"), comment="posters only: an invitation would name one person"
    )
    day: Mapped[str]
    text: Mapped[str]
    mark: Mapped[bytes] = mapped_column(comment="of the form, so that sending twice counts once")
    source: Mapped[bytes | None] = mapped_column(
        comment="of the network, under the campaign's key: sources are counted, not forms"
    )

    unit: Mapped["Unit"] = relationship(lazy="joined")
