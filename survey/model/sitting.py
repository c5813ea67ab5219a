"""Sittings: one person rates several units with one one-time code."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base


class CoveredUnit(Base):
    """A unit that the invitation to a sitting lets its holder rate."""

    __tablename__ = "covered_unit"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["campaign_id", "unit_id"], ["campaign_unit.campaign_id", "campaign_unit.unit_id"]
        ),
        STRICT,
    )

    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("entrance.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int]


class Sitting(Base):
    """A sitting that was submitted; its key is why a code opens one sitting and no more."""

    __tablename__ = "sitting"
    __table_args__ = (
        sa.UniqueConstraint("receipt"),
        sa.CheckConstraint("length(receipt) = 10", name="receipt"),
        STRICT,
    )

    invitation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("entrance.id"), primary_key=True, autoincrement=False
    )
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    receipt: Mapped[bytes] = mapped_column(
        comment="HMAC of the form's nonce; those of the answers are made from it"
    )
