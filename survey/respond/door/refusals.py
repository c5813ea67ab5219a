"""Counts, by day, what was turned away: what the office sees of an attack."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from survey.clock import local_day
from survey.model import RefusalCounter
from survey.site.database import Database
from survey.site.waiting_counts import WaitingCounts

_TIMEZONE = "Asia/Shanghai"

_COUNTER = cast(sa.Table, RefusalCounter.__table__)


class Refusals:
    """Counts what is turned away; a flood of it costs the database one write in a few seconds."""

    def __init__(self, database: Database) -> None:
        self.waiting = WaitingCounts(database, _COUNTER)

    def count(self, kind: str, at: datetime) -> None:
        """Count one request turned away."""
        self.waiting.add((local_day(at, _TIMEZONE), kind))
