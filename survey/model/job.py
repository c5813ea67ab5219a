"""Jobs: work that takes longer than a page may, done beside the requests by whoever claims it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.model.base import STRICT, Base, JsonText, SmallInt, one_of

if TYPE_CHECKING:
    from survey.model.campaign import Campaign

JOB_STATES = ("waiting", "running", "done", "failed", "interrupted")
_OPEN = sa.text("state IN ('waiting', 'running')")


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
