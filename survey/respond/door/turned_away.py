"""Counts, by day, what was turned away: what the office sees of an attack."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from survey.clock import local_day
from survey.model import RefusalCounter
from survey.site.database import Database, add_counts

_TIMEZONE = "Asia/Shanghai"
_EVERY_SECONDS = 5.0

_COUNTER = cast(sa.Table, RefusalCounter.__table__)


class Refusals:
    """Counts kept in this process and written every few seconds, so that a flood costs little."""

    def __init__(self, database: Database, ticks: Callable[[], float]) -> None:
        self._database = database
        self._ticks = ticks
        self._lock = threading.Lock()
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._written = ticks()

    def count(self, kind: str, at: datetime) -> None:
        """Count one request turned away."""
        with self._lock:
            self._waiting[local_day(at, _TIMEZONE), kind] += 1
            if self._ticks() - self._written < _EVERY_SECONDS:
                return
            self._written, waiting, self._waiting = self._ticks(), self._waiting, Counter()
        self._write(waiting)

    def flush(self) -> None:
        """Write what is counted."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        self._write(waiting)

    def _write(self, waiting: Counter[tuple[str, str]]) -> None:
        if not waiting:
            return
        rows = [
            {"day": day, "kind": kind, "refused": n} for (day, kind), n in sorted(waiting.items())
        ]
        with self._database.writing() as session:
            session.execute(add_counts(session.connection(), _COUNTER), rows)
