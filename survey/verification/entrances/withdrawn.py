"""Posters and codes that open nothing any more, against the entries of the audit that say so."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Entrance, Response, Sitting
from survey.problems import Problem
from survey.verification.deeds import Deeds
from survey.verification.findings import altered

_KINDS = ("poster", "invitation", "sitting")
_USED = sa.or_(
    sa.exists().where(Response.invitation_id == Entrance.id),
    sa.exists().where(Sitting.invitation_id == Entrance.id),
)


def unanswered() -> sa.ColumnElement[bool]:
    """Return what holds of a code that no answer came through."""
    return sa.not_(_USED)


def check_withdrawn(session: Session, campaign: Campaign, deeds: Deeds) -> list[Problem]:
    """Find what was withdrawn by nobody, and what was withdrawn and opens again.

    Of a batch those codes are withdrawn that no answer came through, and no others. Which these
    are is no longer known once the answers are anonymous.
    """
    said = {
        int(entry["detail"]["entrance"]): entry["at"]
        for kind in _KINDS
        for entry in deeds.of(campaign, f"{kind}.withdraw")
    }
    for entry in deeds.of(campaign, "batch.withdraw"):
        number = int(entry["detail"]["batch"])
        first = session.get(Entrance, number)
        if first is None or first.campaign_id != campaign.id:
            return [_differs(entry)]
        codes = dict(_of_batch(session, campaign, first, entry["at"]))
        # As many as then: one that opened again and was answered by would be a used one now.
        gone = [at for at in codes.values() if at]
        if None in codes.values() or len(gone) != entry["detail"].get("withdrawn", len(gone)):
            return [_differs(entry)]
        said |= {code: at for code, at in codes.items() if at}
    return _compared(session, campaign, said)


def _of_batch(
    session: Session, campaign: Campaign, first: Entrance, at: datetime
) -> Iterator[tuple[int, datetime | None]]:
    """Give the codes of a batch that must be withdrawn, with the moment they were; None: wrong."""
    query = sa.select(Entrance.id, Entrance.withdrawn_at, _USED).where(first.issued_with())
    for code, withdrawn_at, used in session.execute(query):
        if withdrawn_at is None and (used or campaign.anonymised_at):
            continue
        yield code, None if used or withdrawn_at != at else at


def _compared(session: Session, campaign: Campaign, said: Mapping[int, datetime]) -> list[Problem]:
    query = sa.select(Entrance.id, Entrance.withdrawn_at).where(
        Entrance.campaign_id == campaign.id, Entrance.withdrawn_at.is_not(None)
    )
    found = {row.id: row.withdrawn_at for row in session.execute(query)}
    if found == said:
        return []
    number = min(dict(found.items() ^ said.items()))
    if number not in said:
        return [_of_one(number, "没有停用记录，却已停用", "is withdrawn without an entry")]
    return [_of_one(number, "已停用，却又能打开，或停用时间被改", "was withdrawn, and differs now")]


def _of_one(number: int, zh: str, en: str) -> Problem:
    return altered("withdrawn", f"{number}号海报或评议码{zh}", f"poster or code {number} {en}")


def _differs(entry: Mapping[str, Any]) -> Problem:
    number, by = entry["detail"]["batch"], entry["by"]
    return altered(
        "withdrawn",
        f"{by} 停用的第 {number} 批评议码与操作记录不符：有未用的码又能打开，或用过的码被停用",
        f"batch {number} of codes, withdrawn by {by}, is not what the audit says: an unused code"
        " opens again, or a used one is withdrawn",
    )
