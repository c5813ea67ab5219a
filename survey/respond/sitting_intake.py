"""A sitting goes in: all its answers or none, once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey.ledger.book import lock_tail
from survey.ledger.checker import answer_receipt, receipt_code
from survey.model import Comment, Response, Sitting
from survey.respond.door.opening import OpenEntrance
from survey.respond.intake import Accepted, Outcome, Submission, accept, is_open
from survey.respond.unit_questionnaire import UnitQuestionnaire

_SITTING = cast(sa.Table, Sitting.__table__)
_SAID = ("answers", "age", "sex", "residence", "area", "own_staff")


def accept_sitting(
    session: Session,
    *,
    entrance: OpenEntrance,
    rated: Sequence[tuple[UnitQuestionnaire, Submission]],
    receipt: bytes,
    at: datetime,
) -> Accepted:
    """Store an answer for each unit rated in the caller's transaction.

    Whether the invitation is used up is decided by the sitting's primary key, so that no race can
    pass it; sending again stores nothing and gives the same receipt. Each answer is a leaf of the
    ledger; its own receipt is made from the sitting's.
    """
    campaign_id = entrance.asked.campaign.id
    tail = lock_tail(session, campaign_id=campaign_id)
    if not is_open(session, campaign_id):
        return Accepted(outcome=Outcome.CLOSED, receipt=receipt)
    if not _claim(session, entrance, receipt):
        return Accepted(outcome=_why_not(session, receipt, rated), receipt=receipt)
    for number, (asked, submission) in enumerate(rated):
        done = accept(
            session,
            entrance=replace(entrance, asked=asked),
            submission=submission,
            receipt=answer_receipt(receipt_code(receipt), number),
            at=at,
            tail=tail,
        )
        if done.outcome is not Outcome.STORED:
            raise RuntimeError(f"an answer of a sitting was not stored: {done.outcome.value}")
    tail.save(session)
    return Accepted(outcome=Outcome.STORED, receipt=receipt)


def _claim(session: Session, entrance: OpenEntrance, receipt: bytes) -> bool:
    """Use the invitation up; False where it is used, or the receipt taken."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {
        "invitation_id": entrance.entrance_id,
        "campaign_id": entrance.asked.campaign.id,
        "receipt": receipt,
    }
    added = insert(_SITTING).on_conflict_do_nothing().returning(_SITTING.c.invitation_id)
    return session.scalar(added, row) is not None


def _why_not(
    session: Session, receipt: bytes, rated: Sequence[tuple[UnitQuestionnaire, Submission]]
) -> Outcome:
    query = (
        sa.select(Response, sa.func.coalesce(Comment.text, "").label("comment"))
        .join(Sitting, Sitting.invitation_id == Response.sitting_id)
        .outerjoin(Comment, Comment.response_id == Response.id)
        .where(Sitting.receipt == receipt)
    )
    kept = {
        row.Response.unit_id: _said(row.Response, row.comment) for row in session.execute(query)
    }
    if not kept:
        return Outcome.USED
    sent = {asked.unit.id: _said(given, given.comment) for asked, given in rated}
    return Outcome.REPEATED if kept == sent else Outcome.CONFLICTING


def _said(answer: Response | Submission, comment: str) -> Mapping[str, Any]:
    return {name: getattr(answer, name) for name in _SAID} | {"comment": comment}
