"""Who did what: one entry per deed, written in the deed's own transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.model import AuditEntry

SYSTEM = "system"


def record(
    session: Session, *, by: str, at: datetime, action: str, subject: str, **detail: Any
) -> None:
    """Add an entry to the audit; `detail` must be JSON and hold no answer, address or secret."""
    session.add(AuditEntry(at=at, by=by, action=action, subject=subject, detail=detail))
