"""Coming in: counted, then the password looked at, then let in or not, and all of it on record."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import accounts, marks, passwords, second_factor, sessions, slowing
from survey.access.devices import Device
from survey.access.sessions import Visit
from survey.access.slowing import Source
from survey.model import Account, SignInCounter, SignInTally
from survey.site.database import add_counts, insert_new
from survey.site.installation import Site

_BUSY_SECONDS = 2

_TALLY = cast(sa.Table, SignInTally.__table__)
_COUNTER = cast(sa.Table, SignInCounter.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What somebody at the door says, and where he stands."""

    username: str
    password: str = field(repr=False)
    code: str = field(repr=False)
    device: Device
    visit: Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Let in: the session's token, and what the owner is told of the time since the last one."""

    account: Account
    token: str = field(repr=False)
    last_at: datetime | None
    n_failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slowed:
    """Not looked at: the next attempt has to wait for so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Wrong:
    """Account, password or code is not right; which one is nobody's business."""


@dataclass(frozen=True, slots=True)
class Expired:
    """All is right, but the one-time password was not used in time; told to who knows it alone."""


Outcome = Entered | Slowed | Wrong | Expired


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sought:
    account_id: int | None
    password_hash: str | None
    sources: tuple[Source, ...]
    is_known: bool
    wait: int


def enter(site: Site, attempt: Attempt) -> Outcome:
    """Sign an official in with name, password and, where one is set up, the second factor.

    The password is looked at between two short transactions, never inside one.
    """
    sought = _seek(site, attempt)
    if sought.wait:
        return Slowed(seconds=sought.wait)
    try:
        with passwords.turn(known=sought.is_known):
            with site.database.writing() as writing:
                wait = slowing.reserve(writing, asked=sought.sources, at=site.clock())
            if wait:
                return Slowed(seconds=wait)
            right = passwords.matches(attempt.password, sought.password_hash)
    except passwords.Busy:
        return Slowed(seconds=_BUSY_SECONDS)
    with site.database.writing() as writing:
        return _decide(writing, site, attempt, sought, right=right)


def show_password(site: Site, *, account: Account, password: str) -> bool | Slowed:
    """Say whether whoever is signed in knows the password too: a browser may be left alone."""
    key, username = site.keys.web(), account.username
    asked = slowing.sources(key, username=username, network=b"", device="signed in")
    try:
        with passwords.turn(known=True):
            with site.database.writing() as writing:
                wait = slowing.reserve(writing, asked=asked, at=site.clock())
            if wait:
                return Slowed(seconds=wait)
            right = passwords.matches(password, account.password_hash)
    except passwords.Busy:
        return Slowed(seconds=_BUSY_SECONDS)
    if right:
        with site.database.writing() as writing:
            slowing.succeeded(writing, asked=asked, at=site.clock())
    return right


def _seek(site: Site, attempt: Attempt) -> _Sought:
    with site.database.reading() as reading:
        account = accounts.find_account(reading, username=attempt.username)
        is_known = account is not None and attempt.device.knows(account.id)
        sources = slowing.sources(
            site.keys.web(),
            username=attempt.username,
            network=attempt.visit.network_mark,
            device=attempt.device.name if is_known else None,
        )
        return _Sought(
            account_id=account.id if account else None,
            password_hash=account.password_hash if account else None,
            sources=sources,
            is_known=is_known,
            wait=slowing.wait(reading, asked=sources, at=site.clock()),
        )


def _decide(
    session: Session, site: Site, attempt: Attempt, sought: _Sought, *, right: bool
) -> Entered | Wrong | Expired:
    key, at = site.keys.web(), site.clock()
    account = session.get(Account, sought.account_id) if sought.account_id else None
    factor = None
    if (
        right
        and account is not None
        and account.disabled_at is None
        and account.password_hash == sought.password_hash  # else changed while it was looked at
    ):
        factor = second_factor.passed_by(
            session, account=account, code=attempt.code, key=key, clock=site.clock
        )
    if account is None or factor is None:
        _record_failure(session, attempt.username, account, key=key, at=at)
        return Wrong()
    if accounts.is_one_time_over(session, account=account, at=at):
        _record_failure(session, attempt.username, account, key=key, at=at)
        return Expired()
    slowing.succeeded(session, asked=sought.sources, at=at)
    return let_in(session, account=account, visit=attempt.visit, at=at, factor=factor)


def let_in(
    session: Session, *, account: Account, visit: Visit, at: datetime, factor: str = "none"
) -> Entered:
    """Open a session for whoever has shown who he is."""
    tally = session.get(SignInTally, account.id)
    last_at, n_failed = (tally.signed_in_at, tally.failed) if tally else (None, 0)
    session.merge(SignInTally(account_id=account.id, signed_in_at=at, failed=0))
    _count(session, "right")
    sessions.forget_old(session, at=at)
    token = sessions.open_session(session, account=account, visit=visit, at=at)
    audit.record(
        session,
        by=account.username,
        at=at,
        action="account.sign_in",
        subject=account.username,
        browser=visit.browser,
        second_factor=factor,
    )
    return Entered(account=account, token=token, last_at=last_at, n_failed=n_failed)


def reopen(session: Session, *, account: Account, visit: Visit, at: datetime) -> Entered:
    """Open another session in the place of one's own, which may have been copied."""
    token = sessions.open_session(session, account=account, visit=visit, at=at)
    return Entered(account=account, token=token, last_at=None, n_failed=0)


def _record_failure(
    session: Session, username: str, account: Account | None, *, key: bytes, at: datetime
) -> None:
    """Record a failed attempt; a name that is no account's may be a password typed there."""
    _count(session, "wrong")
    if account is not None:
        connection = session.connection()
        new = {"account_id": account.id, "signed_in_at": None, "failed": 0}
        connection.execute(insert_new(connection, _TALLY), new)
        own = sa.update(SignInTally).where(SignInTally.account_id == account.id)
        session.execute(own.values(failed=SignInTally.failed + 1))
    unknown = f"unknown:{marks.mark(key, 'unknown', username).hex()[:16]}"
    audit.record(
        session,
        by=audit.STRANGER,
        at=at,
        action="account.sign_in_failed",
        subject=username if account is not None else unknown,
    )


def _count(session: Session, outcome: str) -> None:
    connection = session.connection()
    connection.execute(add_counts(connection, _COUNTER), {"outcome": outcome, "attempts": 1})
