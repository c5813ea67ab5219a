"""Which batches of codes were withdrawn: by whom, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Proposal
from survey.two_persons.arguments import arguments_of

KIND = "code.withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Who withdrew a batch of codes, when and why."""

    proposed_by: str
    approved_by: str
    at: datetime
    reason: str


def withdrawals(session: Session, *, campaign: Campaign) -> Mapping[int, Withdrawal]:
    """Return the withdrawn batches of a campaign by the number of each."""
    query = sa.select(Proposal).where(
        Proposal.campaign_id == campaign.id,
        Proposal.deed == KIND,
        Proposal.outcome == "approved",
    )
    return {
        int(arguments_of(one)["batch"]): Withdrawal(
            proposed_by=one.proposed_by,
            approved_by=one.decided_by or "",
            at=one.done_at or one.proposed_at,
            reason=one.reason,
        )
        for one in session.scalars(query)
    }
