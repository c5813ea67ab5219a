"""A second person's word on accounts: nobody makes the other half of two persons alone.

Who may propose or approve is let in (made, given such a role or another password, the second step
taken off, enabled again) by one person and confirmed by another; until then the account is shut.
Alone it is done where nobody else has ever come in who could confirm: the first and the second
account of an installation. What waits, and who did what, is read from the audit, which is sealed.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles
from survey.clock import Clock
from survey.model import Account, AuditEntry, SignInTally
from survey.problems import Refused

LETTING_IN = (
    *("account.create", "account.role", "account.enable", "account.reset", "account.reset_totp"),
)
_CONFIRMED, _DECLINED, _DISABLED = "account.confirm", "account.decline", "account.disable"
_ACTIONS = (*LETTING_IN, _CONFIRMED, _DECLINED, _DISABLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An account that is shut until another person confirms what was done to it."""

    account: Account
    deeds: tuple[AuditEntry, ...]

    @property
    def by(self) -> tuple[str, ...]:
        """Who did it: none of them confirms."""
        return tuple(dict.fromkeys(entry.by for entry in self.deeds))

    @property
    def newest(self) -> int:
        """The entry of the audit up to which whoever looks at it has seen what was done."""
        return self.deeds[-1].id


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """How an account was let in once; `word_of` is None where one person did it alone."""

    action: str
    at: datetime
    by: str
    word_of: str | None


def acts(role: str) -> bool:
    """Say whether a role proposes or approves."""
    return role in roles.who_may("account.confirm")


def is_needed(session: Session, *, username: str, by: str) -> bool:
    """Say whether letting an account in takes a second person's word.

    Raises Refused where it does and nobody could give it now; the server's own commands go on
    alone then, so that an office whose people have all left is not shut for ever.
    """
    others = [
        account
        for account in _known(session)
        if account.username not in {username, by} and not _is_named(session, account, by)
    ]
    if not others:
        return False
    if any(_is_able(account) for account in others):
        return True
    if by == audit.SYSTEM:
        return False
    raise Refused.of(
        field="username",
        zh="此事须另一人确认，但现在没有能确认的人（绩效办管理员、复核员或领导小组成员，本人已设密码、"
        "未停用）；请管理服务器的人用 survey user 办理，会记录在案",
        en="this takes another person's confirmation and nobody can give it now (an administrator,"
        " reviewer or leader with a password of their own, not disabled): whoever runs the server"
        " does it by `survey user`, on record",
    )


def waiting(session: Session, *, account: Account) -> Waiting | None:
    """Return what waits for a second person's word on an account, or None."""
    found = _waiting_of(session, [account])
    return found[0] if found else None


def all_waiting(session: Session) -> list[Waiting]:
    """Return every account that waits."""
    shut = sa.select(Account).where(Account.disabled_at.is_not(None)).order_by(Account.username)
    return _waiting_of(session, session.scalars(shut).all())


def may_confirm(session: Session, *, found: Waiting) -> tuple[Account, ...]:
    """Return who can give the word now."""
    return tuple(
        account
        for account in _known(session)
        if _is_able(account) and not _is_of(session, account, found.by)
    )


def confirm(
    session: Session, *, account: Account, by: str, clock: Clock, seen: int | None = None
) -> None:
    """Let an account in that somebody else made or changed.

    Raises Refused where nothing waits, for whoever did it, and where more was done since what was
    `seen` on a page.
    """
    found = _require_waiting(session, account, by, decides=True)
    if seen is not None and seen != found.newest:
        raise Refused.of(
            field="username",
            zh=f"您打开页面以后，账号“{account.username}”又有改动，没有确认；请重新核对",
            en=f"{account.username!r} was changed since you opened the page, so nothing was"
            " confirmed; look at it again",
        )
    account.disabled_at = None
    _settle(session, found, "confirm", by=by, at=clock())


def decline(session: Session, *, account: Account, by: str, clock: Clock) -> None:
    """Leave an account shut that somebody made or changed; raises Refused where nothing waits."""
    found = _require_waiting(session, account, by, decides=False)
    _settle(session, found, "decline", by=by, at=clock())


def is_same_person(one: str, other: str) -> bool:
    """Say whether two accounts bear one name, however it is spaced or typed."""
    return _plain(one) == _plain(other)


def let_in_by(session: Session, *, username: str, until: datetime | None = None) -> list[LetIn]:
    """Return how an account came to be let in, the newest of each kind, oldest first."""
    newest: dict[tuple[str, str], LetIn] = {}
    for each in _let_in(_entries(session, [username])):
        if until is None or each.at <= until:
            newest[each.action, each.by] = each
    return sorted(newest.values(), key=lambda each: each.at)


def ties(
    session: Session, *, proposer: str, approver: str, until: datetime | None = None
) -> list[LetIn]:
    """Return how the proposer had a hand in letting the approver in; none where they are apart."""
    found = let_in_by(session, username=approver, until=until)
    return [each for each in found if proposer in {each.by, each.word_of}]


def _known(session: Session) -> Sequence[Account]:
    """Return who proposes or approves and has come in at least once, shut out by now or not."""
    query = (
        sa.select(Account)
        .join(SignInTally, SignInTally.account_id == Account.id)
        .where(
            Account.role.in_(roles.who_may("account.confirm")),
            SignInTally.signed_in_at.is_not(None),
        )
    )
    return session.scalars(query.order_by(Account.username)).all()


def _is_able(account: Account) -> bool:
    return account.disabled_at is None and not account.password_one_time


def _is_named(session: Session, account: Account, username: str) -> bool:
    name = session.scalar(sa.select(Account.name).where(Account.username == username))
    return name is not None and is_same_person(account.name, name)


def _is_of(session: Session, account: Account, usernames: Sequence[str]) -> bool:
    return account.username in usernames or any(
        _is_named(session, account, username) for username in usernames
    )


def _require_waiting(session: Session, account: Account, by: str, *, decides: bool) -> Waiting:
    session.refresh(account, with_for_update=True)
    found = waiting(session, account=account)
    if found is None:
        raise Refused.of(
            field="username",
            zh=f"账号“{account.username}”没有待确认的事",
            en=f"nothing waits to be confirmed on {account.username!r}",
        )
    other = session.scalar(sa.select(Account).where(Account.username == by))
    if other is None or not roles.may(other, "account.confirm"):
        raise Refused.of(
            field="by",
            zh=f"“{by}”不能确认；须由在用的绩效办管理员、复核员或领导小组账号办理",
            en=f"{by!r} cannot: an enabled administrator, reviewer or leader does",
        )
    if decides and _is_of(session, other, (*found.by, account.username)):
        raise Refused.of(
            field="by",
            zh=f"账号“{account.username}”是您本人办理的，须由另一人确认",
            en=f"you did this to {account.username!r} yourself; another person confirms it",
        )
    return found


def _settle(session: Session, found: Waiting, word: str, *, by: str, at: datetime) -> None:
    audit.record(
        session,
        by=by,
        at=at,
        action=f"account.{word}",
        subject=found.account.username,
        done_by=list(found.by),
        deeds=[entry.action for entry in found.deeds],
    )


def _waiting_of(session: Session, accounts: Sequence[Account]) -> list[Waiting]:
    found = [account for account in accounts if account.disabled_at is not None]
    by_name = {account.username: account for account in found}
    entries = _entries(session, list(by_name))
    waits = []
    for username, own in groupby(entries, key=lambda entry: entry.subject):
        deeds = _unsettled(own)
        if deeds:
            waits.append(Waiting(account=by_name[username], deeds=deeds))
    return waits


def _entries(session: Session, usernames: Sequence[str]) -> Sequence[AuditEntry]:
    if not usernames:
        return []
    query = sa.select(AuditEntry).where(
        AuditEntry.action.in_(_ACTIONS), AuditEntry.subject.in_(usernames)
    )
    return session.scalars(query.order_by(AuditEntry.subject, AuditEntry.id)).all()


def _unsettled(entries: Iterator[AuditEntry]) -> tuple[AuditEntry, ...]:
    """Return what one account's history leaves open; one shut by will waits once it is enabled."""
    shut, deeds = False, list[AuditEntry]()
    for entry in entries:
        if entry.action in {_DISABLED, _DECLINED}:
            shut, deeds = True, []
        elif entry.action == _CONFIRMED:
            shut, deeds = False, []
        elif entry.detail.get("waits"):
            deeds.append(entry)
            shut = shut and entry.action != "account.enable"
        elif entry.action == "account.enable":
            shut, deeds = False, []
    return () if shut else tuple(deeds)


def _let_in(entries: Sequence[AuditEntry]) -> Iterator[LetIn]:
    """Yield what let an account in; of what waited, only what was confirmed."""
    open_deeds: list[AuditEntry] = []
    for entry in entries:
        if entry.action == _CONFIRMED:
            for deed in open_deeds:
                yield LetIn(action=deed.action, at=entry.at, by=deed.by, word_of=entry.by)
            open_deeds = []
        elif entry.action in {_DISABLED, _DECLINED}:
            open_deeds = []
        elif entry.detail.get("waits"):
            open_deeds.append(entry)
        elif entry.by != entry.subject:
            yield LetIn(action=entry.action, at=entry.at, by=entry.by, word_of=None)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
