"""How long write transactions last that tests make, and how much of it is not the database's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

MOST_PYTHON = 0.050  # seconds of work between the statements of one transaction
_TASK_SECONDS = 0.020  # of the task below, on the machine these were measured on
MOST_WAITING = 1.0  # and of anything else: files, other programs, threads that typeset


@dataclass(slots=True)
class WriteTransaction:
    """One write transaction: what ran in it, and the time that passed between its statements."""

    statements: list[str] = field(default_factory=list)
    python: float = 0.0
    waiting: float = 0.0
    _cpu: float = field(default_factory=time.thread_time)
    _wall: float = field(default_factory=time.perf_counter)

    def pause(self) -> None:
        """Count what passed since the last statement; the database works from now on."""
        self.python += time.thread_time() - self._cpu
        self.waiting += time.perf_counter() - self._wall

    def go_on(self) -> None:
        """Begin to count again."""
        self._cpu, self._wall = time.thread_time(), time.perf_counter()

    def told(self) -> str:
        """Say what a test that fails should say."""
        first = [" ".join(statement.split()[:3]) for statement in self.statements]
        return f"{self.python * 1e3:.0f} ms of Python, {self.waiting * 1e3:.0f} ms: {first}"


class _Watch:
    def __init__(self) -> None:
        self.done: list[WriteTransaction] = []
        self._running: dict[int, WriteTransaction] = {}

    def before(self, connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        found = self._running.get(id(connection))
        if found:
            found.pause()
            found.statements.append(statement)

    def after(self, connection: sa.Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement == "BEGIN IMMEDIATE":  # the database is ours from here on
            self._running[id(connection)] = WriteTransaction()
        elif id(connection) in self._running:
            self._running[id(connection)].go_on()

    def end(self, connection: sa.Connection) -> None:
        found = self._running.pop(id(connection), None)
        if found:
            found.pause()
            self.done.append(found)


@contextmanager
def watched_writes() -> Iterator[list[WriteTransaction]]:
    """Give the write transactions of all SQLite databases, as they end."""
    watch = _Watch()
    listeners = (
        ("before_cursor_execute", watch.before),
        ("after_cursor_execute", watch.after),
        ("commit", watch.end),
        ("rollback", watch.end),
    )
    for name, listener in listeners:
        event.listen(sa.Engine, name, listener)
    try:
        yield watch.done
    finally:
        for name, listener in listeners:
            event.remove(sa.Engine, name, listener)


def too_long(done: list[WriteTransaction]) -> list[str]:
    """Return what is to be said of the transactions that kept others waiting.

    A machine that is slow today is given as much more time as it takes for a task of ours.
    """
    slowness = max(1.0, max(_task_seconds() for _ in range(5)) / _TASK_SECONDS)
    return [
        f"{each.told()} ({slowness:.1f} times slower than usual)"
        for each in done
        if each.python > MOST_PYTHON * slowness or each.waiting > MOST_WAITING * slowness
    ]


def _task_seconds() -> float:
    begun, counted = time.thread_time(), dict[int, int]()
    for number in range(200_000):
        counted[number % 1000] = counted.get(number % 1000, 0) + number
    return time.thread_time() - begun
