"""Counts that wait in a process until they are written together, so that counting costs nothing.

What a process that is killed has not written is lost: such counts tell how much of something there
was, nobody's answer.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterable
from time import sleep
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from survey.problems import Refused
from survey.site.database import Database, add_counts

EVERY_SECONDS = 5.0

_LOG = logging.getLogger(__name__)


class Waiting(Protocol):
    """What waits in a process or a table until somebody has time to write it."""

    def write(self) -> None:
        """Write what waits; what cannot be written waits on."""


class WaitingCounts:
    """Counts of one table: a primary key, and a single column to which is added."""

    def __init__(self, database: Database, table: sa.Table) -> None:
        self._database = database
        self._table = table
        self._key = [column.name for column in table.primary_key]
        [self._counted] = (column.name for column in table.columns if not column.primary_key)
        self._lock = threading.Lock()
        self._waiting: Counter[tuple[Any, ...]] = Counter()

    def add(self, *keys: tuple[Any, ...]) -> None:
        """Count one under each of some primary keys."""
        with self._lock:
            self._waiting.update(keys)

    def write(self) -> None:
        """Write what is counted in one transaction; what cannot be written waits on."""
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        rows = [
            {**dict(zip(self._key, key, strict=True)), self._counted: n}
            for key, n in sorted(waiting.items())
        ]
        try:
            with self._database.writing() as session:
                session.execute(add_counts(session.connection(), self._table), rows)
        except BaseException:
            with self._lock:
                self._waiting.update(waiting)
            raise


def write_all(every: Iterable[Waiting]) -> None:
    """Write what can be written; of the rest the log tells."""
    for counts in every:
        try:
            counts.write()
        except (Refused, SQLAlchemyError) as error:
            _LOG.warning("计数未能写入 counts not written: %s", type(error).__name__)


def keep_writing(every: Iterable[Waiting]) -> None:
    """Write every few seconds, for ever: no request has to."""
    while True:
        write_all(every)  # at once, for whoever looks first after a restart
        sleep(EVERY_SECONDS)
