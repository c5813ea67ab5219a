"""What was found altered: told on every page of the office and by /readyz, stopping every deed.

Deeds look in full, always. Pages look again only when the database has changed since, and then
no more often than leaves nineteen parts in twenty of the time to other work; what they say may be
that much behind.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, Thread
from time import monotonic

from flask import Flask, current_app, render_template
from sqlalchemy.exc import SQLAlchemyError

from survey.problems import Problem, Refused
from survey.site.database import Database
from survey.web.request import language

_SHARE = 20  # of the time, one part may go into looking again
_AT_LEAST_SECONDS = 2.0
PATIENCE_SECONDS = 3.0  # a page waits no longer for what is being looked at

_LOG = logging.getLogger(__name__)

Verify = Callable[[], Sequence[Problem]]


class Altered(Refused):
    """What is stored is not what was sealed: nothing was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    version: str
    at: float
    took: float
    problems: tuple[Problem, ...]


class Alterations:
    """What was found the last time; one looks in the background, pages go on with what is known."""

    def __init__(
        self,
        database: Database,
        look: Verify,
        *,
        ticks: Callable[[], float] = monotonic,
    ) -> None:
        self._database = database
        self._look = look
        self._ticks = ticks
        self._last: _Looked | None = None
        self._looking = Lock()

    @property
    def ever_looked(self) -> bool:
        """Whether anything is known yet: a large campaign takes a while after a start."""
        return self._last is not None

    def found(self) -> tuple[Problem, ...]:
        """Return what is altered; looks again where the database changed since."""
        version = self._database.version()
        if self._must_look(version) and self._looking.acquire(blocking=False):
            looker = Thread(target=self._look_now, args=(version,), daemon=True)
            looker.start()
            looker.join(PATIENCE_SECONDS)
        return self.known()

    def known(self) -> tuple[Problem, ...]:
        """Return what was found the last time, without looking."""
        return self._last.problems if self._last else ()

    def _must_look(self, version: str) -> bool:
        last = self._last
        if last is None:
            return True
        rested = self._ticks() - last.at >= max(_AT_LEAST_SECONDS, _SHARE * last.took)
        return rested and last.version != version

    def _look_now(self, version: str) -> None:
        try:
            started = self._ticks()
            problems = tuple(self._look())
            ended = self._ticks()
            if problems != self.known():
                for problem in problems:
                    _LOG.error("%s", problem.both().replace("\n", " / "))
            self._last = _Looked(version=version, at=ended, took=ended - started, problems=problems)
        except Exception:  # noqa: BLE001 - whatever it is, the next page looks again
            _LOG.exception("存档未能核对 records not verified")
        finally:
            self._looking.release()


def install(app: Flask, database: Database, look: Verify) -> None:
    """Let the office's pages show what was altered, and answer 409 where a deed was stopped."""
    app.extensions["alterations"] = Alterations(database, look)
    app.register_error_handler(Altered, _stopped)
    app.context_processor(lambda: {"alterations": found, "records_looked_at": looked_at})


def found() -> tuple[Problem, ...]:
    """Return what is altered, for the pages of the office."""
    watch: Alterations = current_app.extensions["alterations"]
    try:
        return watch.found()
    except SQLAlchemyError:
        return watch.known()  # the page says by itself that the database does not answer


def looked_at() -> bool:
    """Return whether anything is known of the records yet."""
    watch: Alterations = current_app.extensions["alterations"]
    return watch.ever_looked


def known() -> tuple[Problem, ...]:
    """Return what was found the last time, for whoever must answer at once."""
    watch: Alterations = current_app.extensions["alterations"]
    return watch.known()


def _stopped(altered: Altered) -> tuple[str, int]:
    lines = altered.text(language()).splitlines()
    return render_template("errors/altered.html", lines=lines), 409
