"""What is asked for and done later: deeds that take two persons, and work that takes long."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.model.base import STRICT, Base, JsonText, SmallInt, one_of

if TYPE_CHECKING:
    from survey.model.campaign import Campaign

OUTCOMES = ("approved", "declined", "withdrawn")
JOB_STATES = ("waiting", "running", "done", "failed", "interrupted")
_OPEN = sa.text("state IN ('waiting', 'running')")


class Proposal(Base):
    """A deed asked for; without an outcome while it waits. Who asked never approves."""

    __tablename__ = "proposal"
    __table_args__ = (
        one_of("outcome", OUTCOMES),
        sa.CheckConstraint("outcome <> 'approved' OR decided_by <> proposed_by", name="two"),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (decided_by IS NULL)",
            name="decided",
        ),
        sa.CheckConstraint(
            "(coalesce(outcome, '') = 'approved') = (done_at IS NOT NULL)", name="done"
        ),
        # The same deed waits once, however many ask for it at the same moment.
        sa.Index(
            "ix_proposal_waiting",
            "digest",
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    deed: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    arguments: Mapped[str] = mapped_column(comment="canonical JSON: what shall be done")
    basis: Mapped[str] = mapped_column(comment="canonical JSON: the state it was asked for in")
    digest: Mapped[str] = mapped_column(comment="SHA-256 of deed, campaign, arguments and basis")
    told: Mapped[list[dict[str, str]]] = mapped_column(
        JsonText, comment="what exactly will be done, line by line, in both languages"
    )
    reason: Mapped[str]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    decision_reason: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]

    campaign: Mapped["Campaign"] = relationship(viewonly=True)


class Job(Base):
    """One piece of work about a campaign: asked for, claimed, ended one way or another."""

    __tablename__ = "job"
    __table_args__ = (
        one_of("state", JOB_STATES),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        sa.CheckConstraint("(state IN ('waiting', 'running')) = (ended_at IS NULL)", name="ended"),
        sa.CheckConstraint("(state = 'running') = (claim IS NOT NULL)", name="claimed"),
        sa.CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name="lease"),
        sa.CheckConstraint("(state = 'failed') = (fault IS NOT NULL)", name="fault"),
        # One at a time of a campaign, however many press the button at the same moment.
        sa.Index(
            "ix_job_open", "campaign_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    arguments: Mapped[dict[str, Any]] = mapped_column(JsonText, comment="what shall be done")
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    progress: Mapped[int] = mapped_column(SmallInt, default=0, comment="in percent")
    step: Mapped[str] = mapped_column(default="", comment="what it is at, a code of our own")
    tries: Mapped[int] = mapped_column(default=0, comment="how many workers began it")
    claim: Mapped[str | None] = mapped_column(comment="which worker has it now")
    claimed_until: Mapped[datetime | None] = mapped_column(comment="then another may take it")
    ended_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JsonText, comment="where it is found")
    fault: Mapped[dict[str, Any] | None] = mapped_column(
        JsonText, comment="why it failed: its kind, and the problems in both languages"
    )

    campaign: Mapped["Campaign"] = relationship(viewonly=True)
