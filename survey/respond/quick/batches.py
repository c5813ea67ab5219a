"""Answers that arrive together are stored together: one commit, one wait for the disk.

Whoever finds nobody at it writes for all that wait, and then hands on: no thread of its own, which
would only pass the interpreter's lock back and forth. What waits is bounded, by what is stored in a
tenth of a second: one too many is told to come again, and stays on the phone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic, sleep

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from survey.forms.sheet import Sheet
from survey.problems import Refused
from survey.respond.door.opening import OpenEntrance
from survey.respond.intake import Outcome, accept
from survey.respond.quick.together import HandedIn, accept_all, handed_in
from survey.site.database import Database
from survey.site.figures import FIGURES

MOST_TOGETHER = 200
MOST_WAITING = 512
FEWEST_WAITING = 64  # never fewer may wait, however slow the disk is
_MANY = 32  # a batch of so many tells how fast answers are stored
_PATIENCE_SECONDS = (
    0.1  # and as long again while those before are stored, at the last batches' pace
)
GATHER_SECONDS = 0.004
# What is nobody's own: the database does not answer or may not be written.
_FOR_ALL = (OperationalError, InterfaceError, InternalError, PoolTimeoutError, Refused)


class Crowded(Exception):  # noqa: N818  nothing failed: there are more than can be taken now
    """More answers wait than may; try again in some seconds."""


class Waiting:
    """An answer that waits; `done` is called once, by whoever writes or hands on the writing."""

    __slots__ = ("done", "error", "outcome", "sheet")

    def __init__(self, sheet: HandedIn, done: Callable[[], None]) -> None:
        self.sheet = sheet
        self.done = done
        self.outcome: Outcome | None = None
        self.error: Exception | None = None

    @property
    def is_over(self) -> bool:
        """Whether anything became of it; if not, whoever is called is to `lead`."""
        return self.outcome is not None or self.error is not None

    def result(self) -> Outcome:
        """Return what became of it; raises what the database raised."""
        if self.error is not None:
            raise self.error
        if self.outcome is None:
            raise RuntimeError("asked before it was over")
        return self.outcome


class Batches:
    """The answers of one process on their way in; `look` may forbid writing by what it raises."""

    def __init__(self, database: Database, look: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._look = look
        self._lock = Lock()
        self._queue: deque[Waiting] = deque()
        self._led = False
        self._room = float(MOST_WAITING)

    @property
    def is_full(self) -> bool:
        """Whether one more would be too many now."""
        return len(self._queue) >= min(self._room, MOST_WAITING)

    def store(self, entrance: OpenEntrance, sheet: Sheet) -> Outcome:
        """Store a sheet with those that wait beside it, durably; raises Crowded."""
        told = Lock()
        told.acquire()
        waiting = Waiting(handed_in(entrance, sheet), told.release)
        if not self.put(waiting):
            told.acquire()
        if not waiting.is_over:
            self.lead()
        return waiting.result()

    def put(self, waiting: Waiting) -> bool:
        """Let an answer wait; True where nobody writes, so that the caller is to `lead`.

        Raises Crowded.
        """
        with self._lock:
            if self.is_full:
                raise Crowded
            self._queue.append(waiting)
            FIGURES.waiting("answers", len(self._queue))
            leads, self._led = not self._led, True
        return leads

    def lead(self) -> None:
        """Write what waits, at most so many, and hand on to the first of the rest."""
        following = self._write_next()
        if following is not None:
            following.done()

    def work_off(self) -> None:
        """Write until nothing waits: for a thread that has nothing else to do.

        It lets others come before it begins: each time it takes the interpreter's lock from who
        reads requests, that one waits.
        """
        sleep(GATHER_SECONDS)
        while self._write_next() is not None:
            sleep(GATHER_SECONDS)

    def _write_next(self) -> Waiting | None:
        """Write what waits, at most so many; returns the first of the rest."""
        with self._lock:
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), MOST_TOGETHER))]
            FIGURES.waiting("answers", len(self._queue))
        begun = monotonic()
        try:
            self._write(batch)
        finally:
            self._reckon(len(batch), monotonic() - begun)
            with self._lock:
                following = self._queue[0] if self._queue else None
                self._led = following is not None
            for waiting in batch:
                waiting.done()
        return following

    def _reckon(self, n: int, seconds: float) -> None:
        """Let as many wait as can be stored in the time that people are patient."""
        if n >= _MANY:
            room = n / max(seconds, 0.001) * _PATIENCE_SECONDS
            self._room = max(float(FEWEST_WAITING), (self._room + room) / 2)

    def _write(self, batch: Sequence[Waiting]) -> None:
        """Give each an outcome or an error, whatever happens."""
        try:
            self._look()
            with self._database.in_turn(), self._database.writing() as session:
                outcomes = accept_all(session, [waiting.sheet for waiting in batch])
        except _FOR_ALL as error:
            for waiting in batch:
                waiting.error = error
            return
        except Exception:  # noqa: BLE001 - whichever it was, it is told by itself
            for waiting in batch:  # innocent ones are kept
                self._write_alone(waiting)
            return
        FIGURES.stored(len(batch))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            waiting.outcome = outcome

    def _write_alone(self, waiting: Waiting) -> None:
        sheet = waiting.sheet
        try:
            self._look()
            with self._database.writing() as session:
                waiting.outcome = accept(session, entrance=sheet.entrance, sheet=sheet.sheet)
            FIGURES.stored(1)
        except Exception as error:  # noqa: BLE001 - as above
            waiting.error = error
