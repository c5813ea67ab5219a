"""Whether a resident took back what he wrote: told by the record of deeds, which is sealed."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import AuditEntry, Campaign, Case


def is_withdrawn(session: Session, *, campaign: Campaign, case: Case) -> bool:
    """Tell whether a case's resident has taken his words back."""
    subject = f"{campaign.code}/{case.code}"
    of = (AuditEntry.action == "case.withdrawn", AuditEntry.subject == subject)
    return session.scalar(sa.select(sa.exists().where(*of))) is True
