"""Proposals: deeds that take two persons, asked for by one and decided by another."""

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.model.base import STRICT, Base, JsonText, one_of

if TYPE_CHECKING:
    from survey.model.campaign import Campaign

OUTCOMES = ("approved", "declined", "withdrawn")


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
