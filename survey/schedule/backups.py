"""When the installation was backed up last, as whoever answers for it must know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import CHINA, local_minute
from survey.model import AuditEntry, Campaign

_OFTEN = timedelta(days=2)  # while residents answer


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """The minute it was made in, empty before the first, and whether another should be made."""

    minute: str
    is_due: bool


def last_backup(session: Session, campaigns: Sequence[Campaign], *, at: datetime) -> LastBackup:
    """Return the newest backup on record; one is due while residents of a real campaign answer."""
    query = sa.select(sa.func.max(AuditEntry.at)).where(AuditEntry.action == "backup.make")
    made = session.scalar(query)
    real = [each for each in campaigns if each.state == "open" and not each.simulated]
    zone = campaigns[-1].timezone if campaigns else CHINA
    return LastBackup(
        minute=local_minute(made, zone) if made else "",
        is_due=bool(real) and (made is None or at - made > _OFTEN),
    )
