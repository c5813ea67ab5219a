"""Tokens of other systems: made by one official, approved by another, shown once, kept as a hash.

A token gives figures out of the office, so it opens nothing before a second person said so. Where
nobody else ever came in who could, one person does it alone, as with the first accounts.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.access import roles, second_word
from survey.clock import CHINA, Clock, end_of_day, local_day
from survey.model import Account, DeliveryAddress, ReceiverToken, ReceiverUse
from survey.problems import Problem, Refused
from survey.receivers.asked import campaign_problems, name_problems

Right = Literal["scores", "progress", "acknowledge"]
Standing = Literal["open", "waiting", "expired", "revoked"]

RIGHTS: tuple[Right, ...] = get_args(Right)
USUAL_DAYS = 365
MOST_DAYS = 730
PREFIX = "gp_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a token shall be for; `campaigns` is None for all, later ones too."""

    name: str
    rights: Sequence[str]
    campaigns: Sequence[str] | None
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A token as the office sees it."""

    token: ReceiverToken
    standing: Standing
    used_at: datetime | None


def make_token(session: Session, *, asked: Asked, by: str, clock: Clock) -> tuple[int, str]:
    """Make a token; return its number and the secret, which is kept nowhere.

    Raises Refused naming every fault, and where it takes another person's word that nobody could
    give now.
    """
    at = clock()
    problems = [*name_problems(asked.name), *_rights(asked)]
    problems += [*campaign_problems(session, asked.campaigns), *_until(asked, at)]
    if problems:
        raise Refused(problems)
    waits = second_word.is_needed(session, username="", by=by)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ReceiverToken(
        name=asked.name.strip(),
        token_hash=_hash(secret),
        rights=[right for right in RIGHTS if right in asked.rights],
        campaigns=None if asked.campaigns is None else sorted(asked.campaigns),
        expires_at=end_of_day(asked.until, CHINA),
        made_at=at,
        made_by=by,
        approved_at=None if waits else at,
    )
    session.add(token)
    session.flush()
    _note(session, token, "create", by=by, at=at, waits=waits)
    return token.id, secret


def approve_token(session: Session, *, number: int, by: str, clock: Clock) -> ReceiverToken:
    """Let a token in that somebody else made.

    Raises Refused where there is none, where it does not wait, and for whoever made it.
    """
    token, at = _locked(session, number), clock()
    if standing_of(token, at) != "waiting":
        raise Refused.of(
            zh=f"第{number}号接入令牌没有待确认的事",
            en=f"nothing waits to be confirmed on token {number}",
        )
    if by not in {account.username for account in may_approve(session, token)}:
        raise Refused.of(
            zh=f"第{number}号接入令牌须由另一人确认：在用的绩效办管理员、复核员或领导小组成员",
            en=f"token {number} is confirmed by another person: an enabled administrator, reviewer"
            " or leader",
        )
    token.approved_at, token.approved_by = at, by
    _note(session, token, "approve", by=by, at=at, done_by=[token.made_by])
    return token


def revoke_token(session: Session, *, number: int, by: str, clock: Clock) -> ReceiverToken:
    """Shut a token for good; raises Refused where there is none or it is shut already."""
    token, at = _locked(session, number), clock()
    if token.revoked_at is not None:
        raise Refused.of(
            zh=f"第{number}号接入令牌已经停用", en=f"token {number} is revoked already"
        )
    token.revoked_at, token.revoked_by = at, by
    _note(session, token, "revoke", by=by, at=at)
    return token


def list_tokens(session: Session, *, at: datetime) -> list[Listed]:
    """Return all tokens, the newest first."""
    query = sa.select(ReceiverToken, ReceiverUse.used_at).outerjoin(
        ReceiverUse, ReceiverUse.token_id == ReceiverToken.id
    )
    rows = session.execute(query.order_by(ReceiverToken.id.desc()))
    return [
        Listed(token=token, standing=standing_of(token, at), used_at=used_at)
        for token, used_at in rows
    ]


def n_waiting(session: Session, *, at: datetime) -> int:
    """Return how many tokens wait for a second person."""
    return both_waiting(session, at=at)[0]


def both_waiting(session: Session, *, at: datetime) -> tuple[int, int]:
    """Return how many tokens and how many addresses wait for a second person.

    In one statement, since every page of the office asks.
    """
    token, address = ReceiverToken, DeliveryAddress
    of_tokens = sa.select(sa.func.count()).select_from(token)
    of_tokens = of_tokens.where(
        token.approved_at.is_(None), token.revoked_at.is_(None), token.expires_at >= at
    )
    of_addresses = sa.select(sa.func.count()).select_from(address)
    of_addresses = of_addresses.where(address.approved_at.is_(None), address.stopped_at.is_(None))
    both = sa.select(of_tokens.scalar_subquery(), of_addresses.scalar_subquery())
    n_tokens, n_addresses = session.execute(both).one()
    return n_tokens, n_addresses


def may_approve(session: Session, made: ReceiverToken | DeliveryAddress) -> list[Account]:
    """Return who can approve it now: never who made it, under whatever name."""
    maker = session.scalar(sa.select(Account).where(Account.username == made.made_by))
    query = sa.select(Account).where(
        Account.role.in_(roles.who_may("receiver.approve")),
        Account.disabled_at.is_(None),
        sa.not_(Account.password_one_time),
        Account.username != made.made_by,
    )
    return [
        account
        for account in session.scalars(query.order_by(Account.username))
        if maker is None or not second_word.is_same_person(account.name, maker.name)
    ]


def find_token(session: Session, *, secret: str) -> ReceiverToken | None:
    """Return the token somebody shows, however it stands."""
    query = sa.select(ReceiverToken).where(ReceiverToken.token_hash == _hash(secret))
    return session.scalar(query)


def standing_of(token: ReceiverToken, at: datetime) -> Standing:
    """Say whether a token opens anything at a moment, and if not why."""
    if token.revoked_at is not None:
        return "revoked"
    if at > token.expires_at:
        return "expired"
    return "waiting" if token.approved_at is None else "open"


def covers(made: ReceiverToken | DeliveryAddress, campaign_code: str) -> bool:
    """Say whether a token or an address is for a campaign."""
    return made.campaigns is None or campaign_code in made.campaigns


def signed_by(token: ReceiverToken) -> str:
    """Return what the audit calls whoever shows a token."""
    return f"token-{token.id}"


def facts_of(token: ReceiverToken) -> dict[str, object]:
    """Return what the audit keeps of a token when it is made, and verification compares."""
    return {
        "name": token.name,
        "digest": token.token_hash.hex(),
        "rights": list(token.rights),
        "campaigns": token.campaigns,
        "expires_at": token.expires_at.isoformat(timespec="seconds"),
    }


def _hash(secret: str) -> bytes:
    """Return what is kept: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def _note(
    session: Session, token: ReceiverToken, deed: str, *, by: str, at: datetime, **more: object
) -> None:
    told = facts_of(token) if deed == "create" else {"name": token.name}
    subject = signed_by(token)
    audit.record(session, by=by, at=at, action=f"receiver.{deed}", subject=subject, **told, **more)


def _locked(session: Session, number: int) -> ReceiverToken:
    token = session.get(ReceiverToken, number, with_for_update=True)
    if token is None:
        raise Refused.of(zh=f"没有第{number}号接入令牌", en=f"there is no token {number}")
    return token


def _rights(asked: Asked) -> list[Problem]:
    if asked.rights and set(asked.rights) <= set(RIGHTS):
        return []
    return [Problem(field="rights", zh="请至少选一项可做的事", en="choose what it may do")]


def _until(asked: Asked, at: datetime) -> list[Problem]:
    today = date.fromisoformat(local_day(at, CHINA))  # whose end the last day is taken to be
    last = today + timedelta(days=MOST_DAYS)
    if today <= asked.until <= last:
        return []
    return [
        Problem(
            field="until",
            zh=f"有效期至须在今天和{last}之间（最长{MOST_DAYS}天）",
            en=f"must end between today and {last} ({MOST_DAYS} days at most)",
        )
    ]
