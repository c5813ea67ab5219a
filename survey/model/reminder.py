"""Reminders: which batches of one-time codes were reminded, when, by whom."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, SmallInt


class Reminder(Base):
    """One batch in one wave of reminders.

    All of its codes that nobody had used at that moment were reminded (of a small batch all codes,
    so that nobody reads from it who has answered), or of these a half that was drawn by lot: the
    seed, the batch and a code's place in it tell in which it is. So no code is named here: whether
    an answer came before or after is told by its own time, until the answers are anonymous.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "wave", "batch"),
        sa.CheckConstraint("wave >= 1", name="wave"),
        sa.CheckConstraint("reminded >= 1", name="reminded"),
        sa.CheckConstraint("half BETWEEN 0 AND 2", name="half"),
        sa.CheckConstraint("(half = 0) = (seed IS NULL)", name="seed"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    wave: Mapped[int] = mapped_column(comment="of the campaign, from 1")
    batch: Mapped[int] = mapped_column(
        sa.ForeignKey("entrance.id"), comment="its first code, whose number is the batch's"
    )
    reminded: Mapped[int] = mapped_column(comment="how many of its codes were")
    reminded_at: Mapped[datetime]
    reminded_by: Mapped[str]
    half: Mapped[int] = mapped_column(
        SmallInt, default=0, server_default="0", comment="1 or 2 by lot; 0: all of the batch"
    )
    seed: Mapped[str | None] = mapped_column(comment="that the halves are drawn by")
