"""Requests turned away at the residents' door, counted by day and kind."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of

REFUSALS = ("wrong_code", "used_code", "wrong_token", "work_asked")


class RefusalCounter(Base):
    """How many requests of a kind were turned away on a day; no source is kept."""

    __tablename__ = "refusal_counter"
    __table_args__ = (
        one_of("kind", REFUSALS),
        sa.CheckConstraint("refused > 0", name="refused"),
        STRICT,
    )

    day: Mapped[str] = mapped_column(primary_key=True, comment="calendar day of Asia/Shanghai")
    kind: Mapped[str] = mapped_column(primary_key=True)
    refused: Mapped[int]
