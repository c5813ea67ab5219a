"""Attempts to reach invited people by telephone or at the door, and how each ended."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.model.base import STRICT, Base, one_of

# As AAPOR's Standard Definitions tell them apart.
DISPOSITIONS = ("complete", "refusal", "no_contact", "not_eligible", "other")


class ContactAttempt(Base):
    """One attempt to reach whoever holds an invitation; the latest says how it stands.

    Those that ended in an answer go when the answers are made anonymous: their time would lead
    from the code to the answer.
    """

    __tablename__ = "contact_attempt"
    __table_args__ = (
        one_of("disposition", DISPOSITIONS),
        sa.Index("ix_contact_attempt_campaign_invitation", "campaign_id", "invitation_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaign.id"))
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("entrance.id"))
    disposition: Mapped[str]
    attempted_at: Mapped[datetime]
    attempted_by: Mapped[str]
