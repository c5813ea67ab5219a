"""One-time codes of a batch that nobody has used: by their serials, as the office's list has them.

Of a small batch all codes are told, used or not, or the list would tell who of few has answered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import to_epoch_ms
from survey.fieldwork.counting import FEWEST_TOLD, latest_attempts
from survey.model import ContactAttempt, Entrance, Response

_LET_BE = ("refusal", "not_eligible")  # who said so at the latest attempt is not asked again


@dataclass(frozen=True, slots=True, kw_only=True)
class UnusedCode:
    """A code by its place in its batch, from 1; of the code itself the hash alone is known."""

    serial: int
    code_hash: bytes


def issued_codes(session: Session, *, first: Entrance) -> set[bytes]:
    """Return all codes of a batch, told by its first, by their hashes."""
    query = sa.select(Entrance.code_hash).where(first.issued_with())
    return {code for code in session.scalars(query) if code}


def unused_codes(session: Session, *, first: Entrance, before: datetime) -> list[UnusedCode]:
    """Return the codes of a batch, told by its first, that nobody had used before a moment."""
    query = (
        sa.select(Entrance.code_hash, _is_silent(first.campaign_id, before))
        .where(first.issued_with())
        .order_by(Entrance.id)
    )
    rows = session.execute(query).all()
    is_small = len(rows) < FEWEST_TOLD
    return [
        UnusedCode(serial=serial, code_hash=code_hash)
        for serial, (code_hash, is_silent) in enumerate(rows, start=1)
        if code_hash and (is_silent or is_small)
    ]


def n_issued(session: Session, *, first: Entrance) -> int:
    """Return how many codes a batch has."""
    query = sa.select(sa.func.count()).select_from(Entrance).where(first.issued_with())
    return session.scalars(query).one()


def n_unused(
    session: Session, *, first: Entrance, before: datetime, of: frozenset[int] | None = None
) -> int:
    """Return how many codes `unused_codes` would, counted by the database; or those `of` it."""
    if of is not None:
        found = unused_codes(session, first=first, before=before)
        return sum(code.serial in of for code in found)
    silent = sa.case((_is_silent(first.campaign_id, before), 1), else_=0)
    query = sa.select(sa.func.count(), sa.func.sum(silent)).where(first.issued_with())
    issued, found = session.execute(query).one()
    return issued if issued < FEWEST_TOLD else int(found)


def _is_silent(campaign_id: int, before: datetime) -> sa.ColumnElement[bool]:
    """Return what holds of a code that no answer came through before a moment."""
    in_time = Response.submitted_ms < to_epoch_ms(before)
    let_be = sa.select(ContactAttempt.invitation_id).where(
        ContactAttempt.id.in_(latest_attempts(campaign_id)),
        ContactAttempt.disposition.in_(_LET_BE),
    )
    ways: Iterable[sa.ColumnElement[bool]] = (
        sa.exists().where(Response.invitation_id == Entrance.id, in_time),
        sa.exists().where(Response.sitting_id == Entrance.id, in_time),
        Entrance.id.in_(let_be),
    )
    return sa.not_(sa.or_(*ways))
