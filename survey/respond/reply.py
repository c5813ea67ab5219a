"""What became of my comment? What its number tells of the case, and the resident's last word."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from survey.clock import Clock, local_day
from survey.feedback import cases, listing
from survey.feedback.climbing.climbed import dissatisfied
from survey.feedback.climbing.rungs import Rung, climb_of, ladder_of
from survey.feedback.deadlines import unknown_years
from survey.feedback.kinds import kind_of_case
from survey.feedback.tickets import cases_under
from survey.feedback.withdrawing import has_words, withdraw_words
from survey.feedback.withdrawn import is_withdrawn
from survey.model import Campaign, Case, Comment
from survey.problems import Refused
from survey.respond.dates import day_of, written

_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """How far a late case has climbed, since when, and where it goes next if nothing is done."""

    rung: Rung
    since: str
    following: Rung | None
    following_on: str


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
    late: Lateness | None
    weekends_only: bool
    reply: str
    reason: str
    satisfied: bool | None
    may_answer: bool
    may_withdraw: bool
    withdrawn: bool
    most: int


def handlings(session: Session, *, ticket: str, lang: str, clock: Clock) -> list[Handling]:
    """Return how far each comment under a number has come, in the order of the sheet."""
    return [
        _handling(
            campaign,
            case,
            lang,
            comment=session.get_one(Comment, case.response_id),
            today=local_day(clock(), campaign.timezone),
            may_withdraw=has_words(session, case),
            withdrawn=is_withdrawn(session, campaign=campaign, case=case),
        )
        for campaign, case in cases_under(session, ticket)
    ]


def answer(
    session: Session, *, ticket: str, case_code: str, satisfied: bool, text: str, clock: Clock
) -> None:
    """Keep what the resident says of the handling, sent once or again.

    Raises Refused where nothing was published or something else was said before.
    """
    campaign, case = _mine(session, ticket, case_code)
    words = text[:_MOST].strip()
    same = case.satisfied is satisfied and listing.latest(case, "answered") == words
    if same and not cases.awaits_resident(case):
        return
    cases.answer(
        session, campaign=campaign, case=case, satisfied=satisfied, text=words, clock=clock
    )


def withdraw(session: Session, *, ticket: str, case_code: str, clock: Clock) -> None:
    """Erase what the resident wrote, sent once or again; raises Refused where it is not his."""
    campaign, case = _mine(session, ticket, case_code)
    withdraw_words(session, campaign=campaign, case=case, clock=clock)


def _mine(session: Session, ticket: str, case_code: str) -> tuple[Campaign, Case]:
    """Return the case a number opens, its row locked."""
    for campaign, case in cases_under(session, ticket, lock=True):
        if case.code == case_code:
            return campaign, case
    raise Refused.of(zh="没有查到这个意见查询号", en="no comment has this number")


def _handling(
    campaign: Campaign,
    case: Case,
    lang: str,
    *,
    comment: Comment,
    today: str,
    may_withdraw: bool,
    withdrawn: bool,
) -> Handling:
    taken = {"opened": day_of(case.opened_at, campaign, lang)}
    for step in case.steps:
        taken[step.step] = day_of(step.at, campaign, lang)
    shown = case.state in {"published", "closed"}
    counted = kind_of_case(case.state, comment.text, comment.reasons) != "case"
    return Handling(
        code=case.code,
        state=case.state,
        counted=counted,
        unit_name=case.unit.name(lang),
        answered_by_office=case.seen_on is None,
        taken=taken,
        due=written(case.due_on, lang) if case.due_on else "",
        late=None if counted else _late(campaign, case, lang, today),
        weekends_only=bool(case.due_on and unknown_years(date.fromisoformat(case.due_on))),
        reply=listing.latest(case, "replied") if shown else "",
        reason=listing.latest(case, "dismissed"),
        satisfied=case.satisfied,
        may_answer=cases.awaits_resident(case),
        may_withdraw=may_withdraw,
        withdrawn=withdrawn,
        most=_MOST,
    )


def _late(campaign: Campaign, case: Case, lang: str, today: str) -> Lateness | None:
    found = climb_of(
        state=case.state,
        due_on=case.due_on,
        today=date.fromisoformat(today),
        ladder=ladder_of(campaign),
        dissatisfied=dissatisfied(case),
    )
    if found is None:
        return None
    following_on = found.following_on.isoformat() if found.following_on else ""
    return Lateness(
        rung=found.rung,
        since=written(found.since.isoformat(), lang),
        following=found.following,
        following_on=written(following_on, lang) if following_on else "",
    )
