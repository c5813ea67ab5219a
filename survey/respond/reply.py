"""What became of my comment? What a receipt tells of its case, and the resident's last word."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import codes
from survey.clock import Clock
from survey.feedback import cases, listing
from survey.feedback.deadlines import unknown_years
from survey.model import Campaign, Case, Response
from survey.problems import Refused
from survey.respond.dates import day_of, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """A case as its resident reads it; days are written out, `due` is the next step's deadline."""

    state: str
    unit_name: str
    answered_by_office: bool
    taken: dict[str, str]
    due: str
    weekends_only: bool
    reply: str
    reason: str
    satisfied: bool | None
    may_answer: bool
    most: int


def handling(session: Session, *, receipt_code: str, lang: str) -> Handling | None:
    """Return how far the comment under a receipt has come, None where there was none."""
    found = _find(session, receipt_code)
    if found is None:
        return None
    campaign, case = found
    taken = {"opened": day_of(case.opened_at, campaign, lang)}
    for step in case.steps:
        taken[step.step] = day_of(step.at, campaign, lang)
    shown = case.state in {"published", "closed"}
    return Handling(
        state=case.state,
        unit_name=case.unit.name(lang),
        answered_by_office=case.seen_on is None,
        taken=taken,
        due=written(case.due_on, lang) if case.due_on else "",
        weekends_only=bool(case.due_on and unknown_years(date.fromisoformat(case.due_on))),
        reply=listing.latest(case, "replied") if shown else "",
        reason=listing.latest(case, "dismissed"),
        satisfied=case.satisfied,
        may_answer=case.state == "published" and case.satisfied is None,
        most=500,
    )


def answer(
    session: Session, *, receipt_code: str, satisfied: bool, text: str, clock: Clock
) -> None:
    """Keep what the resident says of the handling, sent once or again.

    Raises Refused where nothing was published or something else was said before.
    """
    found = _find(session, receipt_code, lock=True)
    if found is None:
        raise Refused.of(zh="没有查到这个回执号的意见", en="no comment has this receipt")
    campaign, case = found
    words = text[:500].strip()
    if case.satisfied is satisfied and listing.latest(case, "answered") == words:
        return
    cases.answer(
        session, campaign=campaign, case=case, satisfied=satisfied, text=words, clock=clock
    )


def _find(
    session: Session, receipt_code: str, *, lock: bool = False
) -> tuple[Campaign, Case] | None:
    receipt = codes.to_bytes(receipt_code, codes.RECEIPT_BYTES)
    if receipt is None:
        return None
    query = (
        sa.select(Campaign, Case)
        .join(Case, Case.campaign_id == Campaign.id)
        .join(Response, Response.id == Case.response_id)
        .where(Response.receipt == receipt)
    )
    row = session.execute(query.with_for_update(of=Case) if lock else query).one_or_none()
    return None if row is None else (row[0], row[1])
