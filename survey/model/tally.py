"""Tallies: answers counted together, up to a place in the ledger."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, BigInt, one_of

# What everybody who answers tells of himself, by unit; the value is a position, or the language.
MARGINS = ("age", "sex", "residence", "area", "lang")
# By poster and day; by batch of codes, in all and by time; repeating a device, by unit and day.
TALLIES = (*MARGINS, "poster", "batch", "batch_time", "repeated")


class AnswerTally(Base):
    """Answers that are alike in one thing; never in two, so that no row is of a person."""

    __tablename__ = "answer_tally"
    __table_args__ = (one_of("kind", TALLIES), STRICT)

    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[int] = mapped_column(
        primary_key=True, comment="a unit, a poster, or a batch of codes"
    )
    group_code: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    counted: Mapped[int]


class TallyPlace(Base):
    """How many of a campaign's answers its tallies hold: those before this place in the ledger."""

    __tablename__ = "tally_place"
    __table_args__ = (sa.CheckConstraint("size >= 0", name="size"), STRICT)

    campaign_id: Mapped[int] = mapped_column(
        sa.ForeignKey("campaign.id"), primary_key=True, autoincrement=False
    )
    size: Mapped[int] = mapped_column(BigInt)
