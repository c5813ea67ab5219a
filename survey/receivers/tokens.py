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
from survey.model import Account, Campaign, ReceiverToken, ReceiverUse
from survey.office_files.signs import sign_fault
from survey.problems import Problem, Refused

Right = Literal["scores", "progress", "acknowledge"]
Standing = Literal["open", "waiting", "expired", "revoked"]

RIGHTS: tuple[Right, ...] = get_args(Right)
USUAL_DAYS = 365
MOST_DAYS = 730
PREFIX = "gp_"
_NAME_SIGNS = 60


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
    problems = [*_name_problems(asked.name), *_scope_problems(session, asked), *_until(asked, at)]
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
    token = ReceiverToken
    waits = token.approved_at.is_(None) & token.revoked_at.is_(None) & (token.expires_at >= at)
    return session.scalar(sa.select(sa.func.count()).select_from(token).where(waits)) or 0


def may_approve(session: Session, token: ReceiverToken) -> list[Account]:
    """Return who can approve a token now: never who made it, under whatever name."""
    maker = session.scalar(sa.select(Account).where(Account.username == token.made_by))
    query = sa.select(Account).where(
        Account.role.in_(roles.who_may("receiver.approve")),
        Account.disabled_at.is_(None),
        sa.not_(Account.password_one_time),
        Account.username != token.made_by,
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


def covers(token: ReceiverToken, campaign_code: str) -> bool:
    """Say whether a token is for a campaign."""
    return token.campaigns is None or campaign_code in token.campaigns


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


def _name_problems(name: str) -> list[Problem]:
    if 1 <= len(name.strip()) <= _NAME_SIGNS:
        fault = sign_fault(name.strip())
        return [Problem(field="name", zh=fault[0], en=fault[1])] if fault else []
    return [
        Problem(
            field="name",
            zh=f"请填写接收系统的名称，不超过{_NAME_SIGNS}个字",
            en=f"name the receiving system in at most {_NAME_SIGNS} characters",
        )
    ]


def _scope_problems(session: Session, asked: Asked) -> list[Problem]:
    problems = []
    if not asked.rights or not set(asked.rights) <= set(RIGHTS):
        problems.append(
            Problem(field="rights", zh="请至少选一项可做的事", en="choose what it may do")
        )
    if asked.campaigns is None:
        return problems
    known = set(session.scalars(sa.select(Campaign.code).where(Campaign.code.in_(asked.campaigns))))
    if not asked.campaigns or known != set(asked.campaigns):
        problems.append(
            Problem(field="campaigns", zh="请从列出的评议活动里选", en="choose from the campaigns")
        )
    return problems


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
