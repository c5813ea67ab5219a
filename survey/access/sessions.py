"""Sessions of officials, kept here and not in the cookie: what is ended here is ended."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.model import Account, OfficeSession
from survey.problems import Refused

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
_TOUCHED_EVERY = timedelta(minutes=1)
_KEPT = timedelta(days=30)
SHOWN = 30  # of a list; signing out everywhere ends the others too


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Where a session is opened: the browser in words, the keyed mark of the network."""

    browser: str
    network_mark: bytes


def open_session(session: Session, *, account: Account, visit: Visit, at: datetime) -> str:
    """Open a session and return its token, which is kept nowhere here."""
    token = secrets.token_urlsafe(32)
    session.add(
        OfficeSession(
            token_hash=_hash(token),
            account_id=account.id,
            created_at=at,
            seen_at=at,
            browser=visit.browser,
            network_mark=visit.network_mark,
        )
    )
    return token


def find(session: Session, *, token: str, at: datetime) -> tuple[OfficeSession, Account] | None:
    """Return a session that is open, and whose it is."""
    query = (
        sa.select(OfficeSession, Account)
        .join(Account, Account.id == OfficeSession.account_id)
        .where(OfficeSession.token_hash == _hash(token), _is_open(at))
        .where(Account.disabled_at.is_(None))
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def needs_touch(opened: OfficeSession, *, at: datetime) -> bool:
    """Say whether it is time to note that a session is in use: not with every page."""
    return at - opened.seen_at >= _TOUCHED_EVERY


def touch(session: Session, *, session_id: int, at: datetime) -> None:
    """Note that a session is in use."""
    one = sa.update(OfficeSession).where(OfficeSession.id == session_id)
    session.execute(one.values(seen_at=at))


def list_open(session: Session, *, account: Account, at: datetime) -> Sequence[OfficeSession]:
    """Return the sessions in which an account is signed in now, the newest first."""
    query = sa.select(OfficeSession).where(OfficeSession.account_id == account.id, _is_open(at))
    return session.scalars(query.order_by(OfficeSession.id.desc())).all()


def is_open(opened: OfficeSession, *, at: datetime) -> bool:
    """Say whether a session can be used: not ended, not idle too long, not too old."""
    in_use = opened.seen_at > at - IDLE and opened.created_at > at - LONGEST
    return opened.ended_at is None and in_use


def list_recent(session: Session, *, account: Account) -> Sequence[OfficeSession]:
    """Return the latest sessions of an account of the last thirty days, whether open or ended."""
    query = sa.select(OfficeSession).where(OfficeSession.account_id == account.id)
    return session.scalars(query.order_by(OfficeSession.id.desc()).limit(SHOWN)).all()


def end(session: Session, *, token: str, account: Account, clock: Clock) -> None:
    """End the session that signs itself out."""
    at = clock()
    if _end(session, at, OfficeSession.token_hash == _hash(token)):
        name = account.username
        audit.record(session, by=name, at=at, action="account.sign_out", subject=name)


def end_one(session: Session, *, session_id: int, account: Account, clock: Clock) -> None:
    """End one of an account's own sessions; raises Refused where it has none of that number."""
    at = clock()
    own = OfficeSession.account_id == account.id
    if not _end(session, at, OfficeSession.id == session_id, own):
        raise Refused.of(zh="这次登录已经退出", en="this session has ended already")
    _record_end(session, account=account, by=account.username, at=at, n_ended=1)


def end_others(session: Session, *, token: str, account: Account, clock: Clock) -> None:
    """End all of an account's own sessions but the one with a token."""
    at = clock()
    others = OfficeSession.token_hash != _hash(token)
    n_ended = _end(session, at, OfficeSession.account_id == account.id, others)
    _record_end(session, account=account, by=account.username, at=at, n_ended=n_ended)


def sign_out_everywhere(session: Session, *, account: Account, by: str, clock: Clock) -> int:
    """End all sessions of an account and return how many they were."""
    at = clock()
    n_ended = end_all(session, account=account, at=at)
    _record_end(session, account=account, by=by, at=at, n_ended=n_ended)
    return n_ended


def end_all(session: Session, *, account: Account, at: datetime) -> int:
    """End all sessions of an account, as part of another deed; return how many they were."""
    return _end(session, at, OfficeSession.account_id == account.id)


def forget_old(session: Session, *, at: datetime) -> None:
    """Remove sessions that began more than thirty days ago."""
    session.execute(sa.delete(OfficeSession).where(OfficeSession.created_at < at - _KEPT))


def _end(session: Session, at: datetime, *which: sa.ColumnElement[bool]) -> int:
    open_ones = sa.select(OfficeSession.id).where(OfficeSession.ended_at.is_(None), *which)
    ids = session.scalars(open_ones).all()
    session.execute(sa.update(OfficeSession).where(OfficeSession.id.in_(ids)).values(ended_at=at))
    return len(ids)


def _record_end(session: Session, *, account: Account, by: str, at: datetime, n_ended: int) -> None:
    if n_ended:
        audit.record(
            session,
            by=by,
            at=at,
            action="account.end_sessions",
            subject=account.username,
            n_ended=n_ended,
        )


def _is_open(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        OfficeSession.ended_at.is_(None),
        OfficeSession.seen_at > at - IDLE,
        OfficeSession.created_at > at - LONGEST,
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
