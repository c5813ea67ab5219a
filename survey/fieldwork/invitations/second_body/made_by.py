"""Which batches of codes a second body made, as the record of issues tells it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import AuditEntry, Campaign


def makers(session: Session, *, campaign: Campaign) -> dict[datetime, str]:
    """Return the second body that made a batch, by the moment the batch was issued at."""
    issued = sa.select(AuditEntry).where(
        AuditEntry.action == "invitation.issue", AuditEntry.subject == campaign.code
    )
    return {
        entry.at: entry.detail["made_by"]
        for entry in session.scalars(issued)
        if "made_by" in entry.detail
    }
