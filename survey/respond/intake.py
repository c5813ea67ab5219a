"""A resident's answer goes in: once, whole, counted and committed to the ledger."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey.clock import local_day, to_epoch_ms
from survey.feedback.cases import open_case
from survey.ledger.book import Tail, lock_tail
from survey.ledger.checker import leaf_hash
from survey.ledger.leaf import statement
from survey.model import Campaign, Comment, ProgressCounter, Response
from survey.respond.door.opening import OpenEntrance

UNDER_AGE = 0  # the first of the questionnaire's age bands

_RESPONSE = cast(sa.Table, Response.__table__)
_COMMENT = cast(sa.Table, Comment.__table__)
_COUNTER = cast(sa.Table, ProgressCounter.__table__)


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _counting(dialect: str) -> sqlite.Insert | postgresql.Insert:
    added = _insert(dialect, _COUNTER)
    return added.on_conflict_do_update(
        index_elements=list(_COUNTER.primary_key),
        set_={name: _COUNTER.c[name] + added.excluded[name] for name in ("received", "valid")},
    )


# Built once: building a statement costs several times what running it does.
_DIALECTS = ("sqlite", "postgresql")
_STORE = {
    name: _insert(name, _RESPONSE).on_conflict_do_nothing().returning(_RESPONSE.c.id)
    for name in _DIALECTS
}
_COUNT = {name: _counting(name) for name in _DIALECTS}
_STATE = sa.select(Campaign.state).where(Campaign.id == sa.bindparam("id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What one respondent submitted.

    `answers` has one character per scored item (`5`..`1`, `0` 不了解, `-` blank); `age`, `sex`,
    `residence` are positions in the questionnaire's options, `area` the township's position, 0
    elsewhere. Marks are keyed hashes or None. Answers to local items are JSON by item, empty where
    there are none; `arrangement` is in which order all was shown.
    """

    answers: str
    age: int
    sex: int
    residence: int
    area: int
    own_staff: bool
    duration_ms: int
    lang: str
    device_mark: bytes | None = None
    network_mark: bytes | None = None
    reasons: tuple[str, ...] = ()
    comment: str = ""
    local_answers: str = ""
    local_texts: str = ""
    arrangement: int = 0


class Outcome(Enum):
    """What became of a submission."""

    STORED = "stored"
    REPEATED = "repeated"  # the same answers under the same receipt: nothing new was stored
    CONFLICTING = "conflicting"  # other answers under a receipt that is taken
    USED = "used"  # the invitation has already brought an answer
    CLOSED = "closed"  # the campaign ended while the answer was on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The outcome, and the receipt where an answer is stored under it."""

    outcome: Outcome
    receipt: bytes


def accept(
    session: Session,
    *,
    entrance: OpenEntrance,
    submission: Submission,
    receipt: bytes,
    at: datetime,
    tail: Tail | None = None,
) -> Accepted:
    """Store a submission with its comment, counters and ledger leaf in the caller's transaction.

    Sending it again stores nothing and gives the same receipt; whether an invitation is used up
    is decided by the database's constraint, so that no race can pass it; whether the campaign is
    still open is asked under the ledger's lock, which its closing takes too. Whoever stores many
    at once hands in the campaign's ledger `tail` and saves it himself before the commit.
    """
    own_tail = tail or lock_tail(session, campaign_id=entrance.asked.campaign.id)
    if tail is None and not is_open(session, entrance.asked.campaign.id):
        return Accepted(outcome=Outcome.CLOSED, receipt=receipt)
    row = _row(entrance, submission, receipt, at) | {"leaf_index": own_tail.next_index}
    row["leaf"] = row_leaf(row, campaign_code=entrance.asked.campaign.code)
    connection = session.connection()  # the session would cost as much again as the insert
    response_id = connection.scalar(_STORE[connection.dialect.name], row)
    if response_id is None:
        return Accepted(outcome=_why_not(session, row, submission), receipt=receipt)
    own_tail.append(row["leaf"])
    if tail is None:
        own_tail.save(session)
    if any(_comment(submission).values()):
        connection.execute(_COMMENT.insert(), {"response_id": response_id, **_comment(submission)})
    if submission.reasons or submission.comment:
        open_case(
            connection,
            response_id=response_id,
            unit_id=row["unit_id"],
            campaign=entrance.asked.campaign,
            at=at,
        )
    key = {name: row[name] for name in ("campaign_id", "unit_id", "group_code", "channel")}
    day = local_day(at, entrance.asked.campaign.timezone)
    valid = int(passes_alone(entrance, submission))
    connection.execute(
        _COUNT[connection.dialect.name], {**key, "day": day, "received": 1, "valid": valid}
    )
    return Accepted(outcome=Outcome.STORED, receipt=receipt)


def passes_alone(entrance: OpenEntrance, submission: Submission) -> bool:
    """Tell whether an answer passes the validity rules that need no other answer to decide."""
    asked = entrance.asked
    home = asked.home_for(entrance.group_code)
    timed = entrance.channel in asked.timed_channels
    broken = {
        "V01": submission.age == UNDER_AGE,
        "V04": timed and submission.duration_ms < 1000 * asked.min_seconds,
        "V05": not set(submission.answers) & set("12345"),
        "V06": home not in {0, submission.area},
        "V10": submission.own_staff,
    }
    return not any(broken[rule] for rule in broken.keys() & asked.excluding_rules)


def ledger_content(row: Mapping[str, Any]) -> str:
    """Return what a ledger leaf commits to: the whole of a response but its salt and place."""
    plain = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in row.items()
        if name not in {"id", "salt", "leaf", "leaf_index"}
    }
    return json.dumps(plain, separators=(",", ":"), sort_keys=True)


def row_statement(row: Mapping[str, Any], *, campaign_code: str) -> dict[str, Any]:
    """Return what the ledger's leaf of a response's row states."""
    return statement(
        campaign_code=campaign_code,
        index=row["leaf_index"],
        receipt=row["receipt"],
        salt=row["salt"],
        content=ledger_content(row),
    )


def row_leaf(row: Mapping[str, Any], *, campaign_code: str) -> bytes:
    """Return the ledger leaf of a response's row."""
    return leaf_hash(row_statement(row, campaign_code=campaign_code))


def _row(
    entrance: OpenEntrance, submission: Submission, receipt: bytes, at: datetime
) -> dict[str, Any]:
    asked = entrance.asked
    single = entrance.invited and not entrance.sitting
    return {
        "campaign_id": asked.campaign.id,
        "receipt": receipt,
        "unit_id": asked.unit.id,
        "group_code": entrance.group_code,
        "channel": entrance.channel,
        "entrance_id": entrance.entrance_id,
        "invitation_id": entrance.entrance_id if single else None,
        "sitting_id": entrance.entrance_id if entrance.sitting else None,
        "questionnaire_id": asked.campaign.questionnaire_id,
        "answers": submission.answers,
        "age": submission.age,
        "sex": submission.sex,
        "residence": submission.residence,
        "area": submission.area,
        "own_staff": submission.own_staff,
        "local_answers": submission.local_answers,
        "arrangement": submission.arrangement,
        "submitted_ms": to_epoch_ms(at),
        "duration_ms": submission.duration_ms,
        "lang": submission.lang,
        "device_mark": submission.device_mark,
        "network_mark": submission.network_mark,
        "salt": secrets.token_bytes(16),
    }


def is_open(session: Session, campaign_id: int) -> bool:
    """Tell whether a campaign takes answers; asked under its ledger's lock."""
    return session.connection().scalar(_STATE, {"id": campaign_id}) == "open"


def _comment(submission: Submission) -> dict[str, str]:
    return {
        "reasons": ";".join(submission.reasons),
        "text": submission.comment,
        "local_texts": submission.local_texts,
    }


def _why_not(session: Session, row: dict[str, Any], submission: Submission) -> Outcome:
    names = ("unit_id", "answers", "age", "sex", "residence", "area", "own_staff", "local_answers")
    found = session.execute(
        sa.select(
            *(_RESPONSE.c[name] for name in names),
            sa.func.coalesce(_COMMENT.c.reasons, "").label("reasons"),
            sa.func.coalesce(_COMMENT.c.text, "").label("text"),
            sa.func.coalesce(_COMMENT.c.local_texts, "").label("local_texts"),
        )
        .outerjoin(_COMMENT, _COMMENT.c.response_id == _RESPONSE.c.id)
        .where(_RESPONSE.c.receipt == row["receipt"])
    )
    kept = found.mappings().one_or_none()
    if kept is None:
        if row["invitation_id"] is None:  # then only its place in the ledger can be taken
            raise RuntimeError("the ledger's end disagrees with the stored answers; run the audit")
        return Outcome.USED
    same = {name: row[name] for name in names} | _comment(submission)
    return Outcome.REPEATED if dict(kept) == same else Outcome.CONFLICTING
