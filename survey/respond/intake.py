"""A sheet goes in: once, whole, counted and committed to the ledger."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import from_epoch_ms, local_day, to_epoch_ms
from survey.codes import from_bytes
from survey.feedback.cases import open_case
from survey.feedback.kinds import kind_of
from survey.feedback.tickets import ticket_mark
from survey.forms.sheet import Rated, Sheet
from survey.ledger.book import Tail, lock_tail
from survey.ledger.checker import answer_receipt, receipt_code
from survey.ledger.leaf import row_leaf
from survey.model import Campaign, Comment, Entrance, ProgressCounter, Response, Sitting, SourceSeen
from survey.respond.door.opening import OpenEntrance
from survey.respond.questionnaire import AskedUnit
from survey.site.database import add_counts, insert_new

_RESPONSE = cast(sa.Table, Response.__table__)
_COMMENT = cast(sa.Table, Comment.__table__)
_COUNTER = cast(sa.Table, ProgressCounter.__table__)
_SITTING = cast(sa.Table, Sitting.__table__)
_SEEN = cast(sa.Table, SourceSeen.__table__)

# Built once: building a statement costs several times what running it does.
_STATE = (
    sa.select(Campaign.state, Entrance.withdrawn_at)
    .join(Entrance, Entrance.campaign_id == Campaign.id)
    .where(Entrance.id == sa.bindparam("id"))
)

SALT_BYTES = 16  # of each answer's leaf
_WORDS = ("reasons", "text", "local_texts")
_SAID = ("answers", "age", "sex", "residence", "area", "own_staff", "local_answers")
_OF_RECEIPT = sa.or_(
    _RESPONSE.c.receipt == sa.bindparam("receipt"),
    _RESPONSE.c.sitting_id
    == sa.select(_SITTING.c.invitation_id)
    .where(_SITTING.c.receipt == sa.bindparam("receipt"))
    .scalar_subquery(),
)
_ANSWERS = sa.select(_RESPONSE).where(_OF_RECEIPT).order_by(_RESPONSE.c.leaf_index)
_KEPT = (
    sa.select(
        _RESPONSE.c.unit_id,
        *(_RESPONSE.c[name] for name in _SAID),
        *(sa.func.coalesce(_COMMENT.c[name], "").label(name) for name in _WORDS),
    )
    .outerjoin(_COMMENT, _COMMENT.c.response_id == _RESPONSE.c.id)
    .where(_OF_RECEIPT)
)


class Outcome(Enum):
    """What became of a sheet."""

    STORED = "stored"
    REPEATED = "repeated"  # the same answers under the same receipt: nothing new was stored
    CONFLICTING = "conflicting"  # other answers under a receipt that is taken
    USED = "used"  # the invitation has already brought an answer
    CLOSED = "closed"  # the campaign ended while the answer was on its way
    WITHDRAWN = "withdrawn"  # its poster or code was, while the answer was on its way


def accept(
    session: Session, *, entrance: OpenEntrance, sheet: Sheet, tail: Tail | None = None
) -> Outcome:
    """Store each unit's answer with comment, counters and ledger leaf in the caller's transaction.

    All are stored or none. Sending the sheet again stores nothing; whether an invitation is used
    up is decided by the database's constraints, so that no race can pass it; whether campaign and
    entrance are still open is asked under the ledger's lock, which whoever closes either takes
    too. Whoever stores many at once hands in the campaign's ledger `tail` and saves it himself
    before the commit.
    """
    campaign_id = entrance.questionnaire.campaign.id
    own_tail = tail or lock_tail(session, campaign_id=campaign_id)
    if tail is None and (ended := _ended(session, entrance)):
        return ended
    several = entrance.questionnaire.is_several
    if several and not _use_up(session, entrance, sheet):
        return _why_not(session, entrance, sheet)
    for number in range(len(sheet.rated)):
        if not _store(session, entrance, sheet, number, own_tail):
            if several:  # its code was this sheet's: only a place in the ledger can be taken
                raise ledger_disagrees()
            return _why_not(session, entrance, sheet)
    if tail is None:
        own_tail.save(session)
    return Outcome.STORED


def answers_under(session: Session, receipt: bytes) -> Sequence[sa.RowMapping]:
    """Return the rows a receipt stands for, in the ledger's order: one, or those of a sitting."""
    return session.execute(_ANSWERS, {"receipt": receipt}).mappings().all()


def _receipt(entrance: OpenEntrance, sheet: Sheet, number: int) -> bytes:
    """Return the receipt of an answer: the sheet's own, or one made from that of a sitting."""
    if entrance.questionnaire.is_several:
        return answer_receipt(receipt_code(sheet.source.receipt), number)
    return sheet.source.receipt


def _ended(session: Session, entrance: OpenEntrance) -> Outcome | None:
    """Tell whether campaign or entrance ended meanwhile; asked under the ledger's lock."""
    state, withdrawn_at = session.connection().execute(_STATE, {"id": entrance.entrance_id}).one()
    if state != "open":
        return Outcome.CLOSED
    return Outcome.WITHDRAWN if withdrawn_at else None


def _use_up(session: Session, entrance: OpenEntrance, sheet: Sheet) -> bool:
    """Use up a code for several units; False where it is used, or the receipt taken."""
    row = {
        "invitation_id": entrance.entrance_id,
        "campaign_id": entrance.questionnaire.campaign.id,
        "receipt": sheet.source.receipt,
    }
    connection = session.connection()
    used = insert_new(connection, _SITTING, giving=_SITTING.c.invitation_id)
    return connection.scalar(used, row) is not None


def _store(session: Session, entrance: OpenEntrance, sheet: Sheet, number: int, tail: Tail) -> bool:
    """Store one unit's answer and all that goes with it; False where a constraint forbids it."""
    answer = answer_of(entrance, sheet, number)
    row = answer.placed(tail.next_index, salt=secrets.token_bytes(SALT_BYTES))
    connection = session.connection()  # the session would cost as much again as the insert
    response_id = connection.scalar(insert_new(connection, _RESPONSE, giving=_RESPONSE.c.id), row)
    if response_id is None:
        return False
    tail.append(row["leaf"])
    if answer.has_words:
        keep_words(connection, answer, response_id)
    is_new = entrance.invited or _is_new_source(connection, row)
    connection.execute(add_counts(connection, _COUNTER), answer.counted(sources=int(is_new)))
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One unit's answer of a sheet, with all of its row but its place in the ledger and salt."""

    entrance: OpenEntrance
    sheet: Sheet
    number: int
    asked: AskedUnit
    row: dict[str, Any]

    @property
    def rated(self) -> Rated:
        """What was said of the unit."""
        return self.sheet.rated[self.number]

    @property
    def has_words(self) -> bool:
        """Whether anything was written or ticked that is kept with comments."""
        return any(_words(self.rated).values())

    def placed(self, index: int, *, salt: bytes) -> dict[str, Any]:
        """Return the row at a place in the ledger, with its leaf; `salt` is random, its own."""
        row = self.row | {"salt": salt, "leaf_index": index}
        row["leaf"] = row_leaf(row, campaign_code=self.entrance.questionnaire.campaign.code)
        return row

    def counted(self, *, sources: int) -> dict[str, Any]:
        """Return what the answer adds to the progress counter."""
        row, asked = self.row, self.entrance.questionnaire
        return {name: row[name] for name in ("campaign_id", "unit_id", "group_code", "channel")} | {
            # Of the row's own time, so that it can be counted again from the rows.
            "day": local_day(from_epoch_ms(row["submitted_ms"]), asked.campaign.timezone),
            "received": 1,
            "valid": int(asked.alone.pass_answer(row, unit_code=self.asked.unit.code)),
            "sources": sources,
        }


def answer_of(entrance: OpenEntrance, sheet: Sheet, number: int) -> Answer:
    """Return a sheet's answer about the unit of a number, from 0; nothing is asked of a database.

    Raises ValueError where the entrance asks about no such unit.
    """
    rated = sheet.rated[number]
    asked = _asked(entrance, rated)
    row = _row(entrance, sheet, asked, rated) | {"receipt": _receipt(entrance, sheet, number)}
    return Answer(entrance=entrance, sheet=sheet, number=number, asked=asked, row=row)


def keep_words(connection: sa.Connection, answer: Answer, response_id: int) -> None:
    """Keep what was written beside a stored answer, and open the case of its comment."""
    rated, sheet = answer.rated, answer.sheet
    connection.execute(_COMMENT.insert(), {"response_id": response_id, **_words(rated)})
    if rated.comment:
        open_case(
            connection,
            response_id=response_id,
            unit_id=answer.asked.unit.id,
            ticket=ticket_mark(from_bytes(sheet.source.ticket), answer.number),
            kind=kind_of(rated.comment, ";".join(rated.reasons)),
            campaign=answer.entrance.questionnaire.campaign,
            at=sheet.source.at,
        )


def _is_new_source(connection: sa.Connection, row: Mapping[str, Any]) -> bool:
    """Note the network of an answer from a poster; True where it is the first about the unit."""
    if row["network_mark"] is None:
        return True
    seen = {name: row[name] for name in ("campaign_id", "unit_id", "group_code")}
    noted = insert_new(connection, _SEEN, giving=_SEEN.c.unit_id)
    return connection.scalar(noted, seen | {"mark": row["network_mark"]}) is not None


def _asked(entrance: OpenEntrance, rated: Rated) -> AskedUnit:
    asked = entrance.questionnaire.unit(rated.unit_code)
    if asked is None:
        raise ValueError(f"the entrance asks about no unit {rated.unit_code!r}")
    return asked


def _row(entrance: OpenEntrance, sheet: Sheet, asked: AskedUnit, rated: Rated) -> dict[str, Any]:
    campaign, source = entrance.questionnaire.campaign, sheet.source
    several = entrance.questionnaire.is_several
    return {
        "campaign_id": campaign.id,
        "unit_id": asked.unit.id,
        "group_code": entrance.group_code,
        "channel": entrance.channel,
        "entrance_id": entrance.entrance_id,
        "invitation_id": entrance.entrance_id if entrance.invited and not several else None,
        "sitting_id": entrance.entrance_id if several else None,
        "code_opening": entrance.code_opening,
        "questionnaire_id": campaign.questionnaire_id,
        "answers": rated.answers,
        "age": sheet.age,
        "sex": sheet.sex,
        "residence": sheet.residence,
        "area": sheet.area,
        "own_staff": rated.own_staff,
        "local_answers": rated.local_answers,
        "arrangement": source.arrangement,
        "submitted_ms": to_epoch_ms(source.at),
        "duration_ms": sheet.duration_ms,
        "lang": source.lang,
        "device_mark": source.device_mark,
        "network_mark": source.network_mark,
    }


def _words(rated: Rated) -> dict[str, str]:
    return {
        "reasons": ";".join(rated.reasons),
        "text": rated.comment,
        "local_texts": rated.local_texts,
    }


def _why_not(session: Session, entrance: OpenEntrance, sheet: Sheet) -> Outcome:
    found = session.execute(_KEPT, {"receipt": sheet.source.receipt}).mappings()
    kept = {row["unit_id"]: dict(row) for row in found}
    if not kept:
        if not entrance.invited:  # then only its place in the ledger can be taken
            raise ledger_disagrees()
        return Outcome.USED
    sent = {}
    for rated in sheet.rated:
        asked = _asked(entrance, rated)
        row = _row(entrance, sheet, asked, rated)
        sent[asked.unit.id] = {name: row[name] for name in ("unit_id", *_SAID)} | _words(rated)
    return Outcome.REPEATED if kept == sent else Outcome.CONFLICTING


def ledger_disagrees() -> RuntimeError:
    """Return the fault that stops storing where the ledger's end is not that of the rows."""
    return RuntimeError("the ledger's end disagrees with the stored answers; run the audit")
