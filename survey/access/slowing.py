"""Attempts that fail make the next one wait: longer each time, and never for good.

Every attempt is counted before its password is looked at, in the database, so that neither many
at once nor many processes get more of them. Whoever signed in before with this browser is counted
by that browser alone: nobody can keep an official out by trying that official's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.access import marks
from survey.model import SignInAttempts
from survey.site.database import insert_new

# How many attempts are free, and the longest wait in seconds after them.
LIMITS = {
    "device": (10, 300),
    "pair": (5, 300),
    "network": (30, 30),
    "account": (50, 30),
    "everybody": (200, 1),
}
_WINDOW = timedelta(minutes=15)
_TABLE = cast(sa.Table, SignInAttempts.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What attempts are counted under: so many are free, the wait then doubles up to a longest."""

    mark: bytes
    free: int
    longest: int

    def wait(self, attempts: int, last_at: datetime, at: datetime) -> int:
        """Return the seconds until one more attempt is looked at."""
        if attempts < self.free:
            return 0
        delay = min(2 ** min(attempts - self.free, 16), self.longest)
        return max(ceil((last_at + timedelta(seconds=delay) - at).total_seconds()), 0)


def sources(key: bytes, *, username: str, network: bytes, device: str | None) -> tuple[Source, ...]:
    """Return what an attempt is counted under; `device` is a browser this account knows."""
    if device is not None:
        return (_source(key, "device", device, username),)
    where = network.hex()
    return (
        _source(key, "pair", username, where),
        _source(key, "network", where),
        _source(key, "account", username),
        _source(key, "everybody"),
    )


def _source(key: bytes, kind: str, *words: str) -> Source:
    free, longest = LIMITS[kind]
    return Source(mark=marks.mark(key, kind, *words), free=free, longest=longest)


def wait(session: Session, *, asked: Sequence[Source], at: datetime) -> int:
    """Return how many seconds the next attempt has to wait, without counting one."""
    return _longest_wait(_rows(session, asked, at), asked, at)


def reserve(session: Session, *, asked: Sequence[Source], at: datetime) -> int:
    """Count an attempt under all its sources and return 0, or return the seconds to wait first."""
    connection = session.connection()
    new = [{"mark": source.mark, "attempts": 0, "last_at": at} for source in asked]
    for row in sorted(new, key=lambda row: cast(bytes, row["mark"])):  # one order: no deadlock
        connection.execute(insert_new(connection, _TABLE), row)
    rows = _rows(session, asked, at, lock=True)
    longest = _longest_wait(rows, asked, at)
    if longest == 0:
        for source in asked:
            attempts = rows[source.mark][0] + 1 if source.mark in rows else 1
            changed = sa.update(SignInAttempts).where(SignInAttempts.mark == source.mark)
            session.execute(changed.values(attempts=attempts, last_at=at))
    return longest


def succeeded(session: Session, *, asked: Sequence[Source], at: datetime) -> None:
    """Take back what was counted for an attempt that was right, and forget what is old."""
    _rows(session, asked, at, lock=True)  # in the order of those who reserve: no deadlock
    narrowest, *wider = [source.mark for source in asked]
    session.execute(sa.delete(SignInAttempts).where(SignInAttempts.mark == narrowest))
    counted = SignInAttempts.mark.in_(wider) & (SignInAttempts.attempts > 0)
    one_less = sa.update(SignInAttempts).where(counted)
    session.execute(one_less.values(attempts=SignInAttempts.attempts - 1))
    old = sa.select(SignInAttempts.mark).where(SignInAttempts.last_at <= at - _WINDOW)
    unlocked = old.with_for_update(skip_locked=True)
    session.execute(sa.delete(SignInAttempts).where(SignInAttempts.mark.in_(unlocked)))


def _longest_wait(
    rows: dict[bytes, tuple[int, datetime]], asked: Sequence[Source], at: datetime
) -> int:
    """Return the longest wait; an account's own is no wait for a network new to it."""
    pair, *_ = asked
    is_new = len(asked) > 1 and rows.get(pair.mark, (0, at))[0] == 0
    account = asked[2].mark if is_new else None
    waits = (
        source.wait(*rows[source.mark], at)
        for source in asked
        if source.mark in rows and source.mark != account
    )
    return max(waits, default=0)


def _rows(
    session: Session, asked: Sequence[Source], at: datetime, *, lock: bool = False
) -> dict[bytes, tuple[int, datetime]]:
    """Read the counts of the last quarter of an hour."""
    query = (
        sa.select(SignInAttempts.mark, SignInAttempts.attempts, SignInAttempts.last_at)
        .where(SignInAttempts.mark.in_([source.mark for source in asked]))
        .where(SignInAttempts.last_at > at - _WINDOW)
        .order_by(SignInAttempts.mark)
    )
    locked = query.with_for_update() if lock else query
    return {row.mark: (row.attempts, row.last_at) for row in session.execute(locked)}
