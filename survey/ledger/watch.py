"""Looking now and then whether the database is still the one the heads were signed over."""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from weakref import WeakSet

from sqlalchemy.orm import Session

from survey.ledger.standing import Standing, examine, require, settle
from survey.site.database import Database
from survey.site.installation import Site

EVERY_SECONDS = 10.0

_LOG = logging.getLogger(__name__)


class HeadsWatch:
    """What was found the last time an installation was looked at; one looks, the rest go on."""

    def __init__(self, site: Site, ticks: Callable[[], float] = monotonic) -> None:
        self._site = site
        self._ticks = ticks
        self._looked = -EVERY_SECONDS
        self._standing = Standing()
        self._lock = Lock()

    def standing(self) -> Standing:
        """Return what is known, having looked if that was long ago."""
        first = self._looked < 0
        if self._ticks() - self._looked >= EVERY_SECONDS and self._lock.acquire(blocking=first):
            try:
                if self._ticks() - self._looked >= EVERY_SECONDS:
                    self.look()
            finally:
                self._lock.release()
        return self._standing

    def known(self) -> Standing | None:
        """Return what is known without looking; None where a look is due."""
        due = self._ticks() - self._looked >= EVERY_SECONDS
        return None if due else self._standing

    def look(self) -> None:
        """Look now; what agrees is brought up to date in `heads.jsonl`."""
        before = self._standing
        with self._site.database.reading() as session:
            self._standing = examine(session, self._site)
            if not self._standing.alarms:
                _settle(session, self._site)
        self._looked = self._ticks()
        if self._standing != before:
            for problem in self._standing.told:
                _LOG.error("%s", problem.both())
            if before.alarms and not self._standing.alarms:
                _LOG.warning(
                    "数据库与总校验码相符，恢复写入 / the database agrees with the heads again"
                )


def _settle(session: Session, site: Site) -> None:
    try:
        settle(session, site)
    except OSError:  # a full disk stops sealing in words of its own; reading goes on
        _LOG.exception("heads.jsonl 未能补全 / could not be brought up to date")


_looked_at: WeakSet[Database] = WeakSet()


def look_before_writing(site: Site) -> None:
    """Raise ReadOnly before the first writing of a command where nothing may be written."""
    if site.database in _looked_at:
        return
    with site.database.reading() as session:
        require(session, site)
        _settle(session, site)
    _looked_at.add(site.database)
