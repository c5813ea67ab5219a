"""Entries of the audit found by person, action, subject and day: the newest first, by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.canonical import canonical
from survey.clock import CHINA
from survey.model import Account, AuditEntry, Campaign, Case, Unit
from survey.problems import Refused

PAGE = 50
# How far one page looks for a subject, which no index holds: the reader goes on from there.
WINDOW = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reader looks for; empty is everything. `about` is a campaign, case, account or unit.

    Days are those of the county's time zone, both included.
    """

    who: str = ""
    action: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Entries, and the key to go on from: None where there is nothing older."""

    entries: Sequence[AuditEntry]
    before: int | None


def county_zone(session: Session) -> str:
    """Return the time zone the office lives in: that of its newest campaign."""
    newest = sa.select(Campaign.timezone).order_by(Campaign.id.desc()).limit(1)
    return session.scalar(newest) or CHINA


def find(
    session: Session, *, asked: Asked, zone: str, before: int | None = None, size: int = PAGE
) -> Found:
    """Return the newest entries that are asked for, older than the one whose key is `before`.

    Raises Refused where there is no entry of that key.
    """
    looked_at = sa.select(AuditEntry).where(*_indexed(session, asked, zone))
    if before is not None:
        looked_at = looked_at.where(_older(session, before))
    looked_at = looked_at.order_by(*_NEWEST_FIRST)
    if not asked.about:
        rows = session.scalars(looked_at.limit(size + 1)).all()
        return Found(entries=rows[:size], before=rows[size - 1].id if len(rows) > size else None)
    window = sa.orm.aliased(AuditEntry, looked_at.limit(WINDOW).subquery())
    told = sa.or_(_about(window, asked.about), window.subject.in_(_cases_of(asked.about)))
    about = sa.select(window).where(told)
    order = (window.at.desc(), window.id.desc())
    rows = session.scalars(about.order_by(*order).limit(size + 1)).all()
    if len(rows) > size:
        return Found(entries=rows[:size], before=rows[size - 1].id)
    last = looked_at.with_only_columns(AuditEntry.id).offset(WINDOW - 1).limit(1)
    return Found(entries=rows, before=session.scalar(last))


_NEWEST_FIRST = (AuditEntry.at.desc(), AuditEntry.id.desc())


def _indexed(session: Session, asked: Asked, zone: str) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if asked.who:
        found.append(_is_one_of(AuditEntry.by, _usernames(session, asked.who)))
    if asked.action:
        found.append(AuditEntry.action == asked.action)
    if asked.since:
        found.append(AuditEntry.at >= _midnight(asked.since, zone))
    if asked.until:
        found.append(AuditEntry.at < _midnight(asked.until + timedelta(days=1), zone))
    return found


def _usernames(session: Session, who: str) -> list[str]:
    """Return whose username or name it is: deeds outlive accounts, so it may be nobody's today."""
    known = sa.select(Account.username).where(sa.or_(Account.username == who, Account.name == who))
    return list(session.scalars(known)) or [who]


def _is_one_of(
    column: sa.orm.InstrumentedAttribute[str], values: list[str]
) -> sa.ColumnElement[bool]:
    return column == values[0] if len(values) == 1 else column.in_(values)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _older(session: Session, before: int) -> sa.ColumnElement[bool]:
    key = session.get(AuditEntry, before)
    if key is None:
        raise Refused.of(zh="没有这一条操作记录", en="there is no such entry in the audit")
    older = sa.or_(AuditEntry.at < key.at, AuditEntry.id < key.id)
    return sa.and_(AuditEntry.at <= key.at, older)


def _cases_of(unit_code: str) -> sa.Select[str]:
    """Return how deeds on a unit's cases call them: they name the unit nowhere."""
    return (
        sa.select(Campaign.code + "/" + Case.code)
        .join(Case, Case.campaign_id == Campaign.id)
        .join(Unit, Unit.id == Case.unit_id)
        .where(Unit.code == unit_code)
    )


def _about(entry: type[AuditEntry], about: str) -> sa.ColumnElement[bool]:
    """Match a campaign with its cases, a case by its own number, an account, or a unit named."""
    detail = sa.type_coerce(entry.detail, sa.Text)
    quoted = canonical(about).decode()[1:-1]
    parts = (f'"unit": "{quoted}"', f'"units": "{quoted},', f",{quoted},", f',{quoted}"')
    return sa.or_(
        entry.subject == about,
        entry.subject.startswith(f"{about}/", autoescape=True),
        entry.subject.endswith(f"/{about}", autoescape=True),
        *(detail.contains(part, autoescape=True) for part in parts),
    )
