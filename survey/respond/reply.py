"""What became of my comment? What its number tells of the case, and the resident's last word."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.clock import Clock
from survey.feedback import cases, listing
from survey.feedback.deadlines import unknown_years
from survey.feedback.kinds import kind_of_case
from survey.feedback.tickets import cases_under
from survey.model import Campaign, Case, Comment
from survey.problems import Refused
from survey.respond.dates import day_of, written

_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """A case as its resident reads it; days are written out, `due` is the next step's deadline.

    `counted` are words that nobody has to deal with: they wait for nothing.
    """

    code: str
    state: str
    counted: bool
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


def handlings(session: Session, *, ticket: str, lang: str) -> list[Handling]:
    """Return how far each comment under a number has come, in the order of the sheet."""
    return [
        _handling(campaign, case, lang, session.get_one(Comment, case.response_id))
        for campaign, case in cases_under(session, ticket)
    ]


def answer(
    session: Session, *, ticket: str, case_code: str, satisfied: bool, text: str, clock: Clock
) -> None:
    """Keep what the resident says of the handling, sent once or again.

    Raises Refused where nothing was published or something else was said before.
    """
    found = cases_under(session, ticket, lock=True)
    mine = [(campaign, case) for campaign, case in found if case.code == case_code]
    if not mine:
        raise Refused.of(zh="没有查到这个意见查询号", en="no comment has this number")
    campaign, case = mine[0]
    words = text[:_MOST].strip()
    if case.satisfied is satisfied and listing.latest(case, "answered") == words:
        return
    cases.answer(
        session, campaign=campaign, case=case, satisfied=satisfied, text=words, clock=clock
    )


def _handling(campaign: Campaign, case: Case, lang: str, comment: Comment) -> Handling:
    taken = {"opened": day_of(case.opened_at, campaign, lang)}
    for step in case.steps:
        taken[step.step] = day_of(step.at, campaign, lang)
    shown = case.state in {"published", "closed"}
    return Handling(
        code=case.code,
        state=case.state,
        counted=kind_of_case(case.state, comment.text, comment.reasons) != "case",
        unit_name=case.unit.name(lang),
        answered_by_office=case.seen_on is None,
        taken=taken,
        due=written(case.due_on, lang) if case.due_on else "",
        weekends_only=bool(case.due_on and unknown_years(date.fromisoformat(case.due_on))),
        reply=listing.latest(case, "replied") if shown else "",
        reason=listing.latest(case, "dismissed"),
        satisfied=case.satisfied,
        may_answer=case.state == "published" and case.satisfied is None,
        most=_MOST,
    )
