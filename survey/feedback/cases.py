"""A case from its opening to its end: one function per step, each in the caller's transaction."""

import secrets
from datetime import date, datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, codes
from survey.clock import Clock, local_day
from survey.feedback.deadlines import add_workdays
from survey.feedback.kinds import kind_of
from survey.feedback.redact import redact
from survey.feedback.withdrawn import is_withdrawn
from survey.model import (
    CASE_LEVELS,
    Campaign,
    Case,
    CaseStep,
    Comment,
    CommentKind,
    ProgressCounter,
)
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of

RESIDENT = "resident"
LONGEST_TEXT = 2000
_CODE_LENGTH = 8
_LATE_DAYS = 8  # whole days, so that at least seven times 24 hours lie between
_SHUFFLED_DAYS = 3

_OPEN = cast(sa.Table, Case.__table__).insert()


def open_case(
    connection: sa.Connection,
    *,
    response_id: int,
    unit_id: int,
    ticket: bytes,
    kind: CommentKind,
    campaign: Campaign,
    at: datetime,
) -> None:
    """Open the case of a comment in the transaction that stores the answer.

    Its deadline starts now; words that are only counted wait for nobody and have none, until the
    office takes them up. It keeps the day: the moment would be the answer's own, and outlive it.
    """
    zone = ZoneInfo(campaign.timezone)
    today = date.fromisoformat(local_day(at, campaign.timezone))
    rectification = scheme_of(campaign).rectification
    due = add_workdays(today, rectification.verify_workdays)
    late = timedelta(days=_LATE_DAYS + secrets.randbelow(_SHUFFLED_DAYS))
    connection.execute(
        _OPEN,
        {
            "code": codes.new_code(_CODE_LENGTH),
            "campaign_id": campaign.id,
            "unit_id": unit_id,
            "response_id": response_id,
            "state": "opened",
            "opened_at": datetime.combine(today, time(), zone),
            "ticket": ticket,
            "release_on": (today + late).isoformat(),
            "due_on": due.isoformat() if kind == "case" else None,
        },
    )


def note_reading(
    session: Session, *, campaign: Campaign, case: Case, by: str, clock: Clock
) -> None:
    """Leave on record who read a comment in the resident's own words."""
    subject = f"{campaign.code}/{case.code}"
    audit.record(session, by=by, at=clock(), action="case.read", subject=subject)


def verify(
    session: Session,
    *,
    campaign: Campaign,
    case: Case,
    level: str,
    text: str,
    by: str,
    clock: Clock,
) -> None:
    """Take a comment up: say how hard it is, and what of it may be read outside the office.

    What the office writes is redacted once more, so that no number slips through by its hand.
    """
    _must_be(case, "opened")
    if is_withdrawn(session, campaign=campaign, case=case):
        raise Refused.of(
            zh="居民已撤回所写文字，没有可核实的内容",
            en="the resident took the words back and nothing is left to verify",
        )
    if level not in CASE_LEVELS:
        raise Refused.of(zh="请选择办理难度", en="choose how hard the case is", field="level")
    case.level, case.redacted = level, redact(_written(text))
    if _was_counted(session, case):
        workdays = scheme_of(campaign).rectification.verify_workdays
        case.due_on = _due_after(campaign, clock(), workdays)
    _step(session, campaign, case, "verified", state="verified", by=by, at=clock())


def dismiss(
    session: Session, *, campaign: Campaign, case: Case, reason: str, by: str, clock: Clock
) -> None:
    """End a case that nobody has to deal with; the resident reads the reason."""
    _must_be(case, "opened", "verified")
    case.due_on = None
    words = _written(reason)
    _step(session, campaign, case, "dismissed", state="dismissed", by=by, at=clock(), text=words)


def assign(session: Session, *, campaign: Campaign, case: Case, by: str, clock: Clock) -> None:
    """Hand a case to its unit, which sees it late, and not while few people answered."""
    _must_be(case, "verified")
    if not case.redacted:
        raise Refused.of(
            zh="居民已撤回所写文字，没有可交办的内容；请直接答复，或不予受理",
            en="the resident took the words back and nothing is left to hand over: answer it"
            " yourself or dismiss it",
        )
    smallest, received = scheme_of(campaign).privacy.smallest_cell, _received(session, case)
    if received < smallest:
        raise Refused.of(
            zh=f"该单位目前只收到 {received} 份答卷，少于 {smallest} 份时交办可能暴露填写人；"
            "请等待，或由绩效办直接答复",
            en=f"the unit has {received} answers; below {smallest} it could guess who wrote. "
            "Wait, or let the office answer itself",
        )
    at = clock()
    case.seen_on = max(case.release_on, local_day(at, campaign.timezone))
    case.due_on = _handling_due(campaign, case)
    _step(session, campaign, case, "assigned", state="assigned", by=by, at=at)


def reply(
    session: Session, *, campaign: Campaign, case: Case, text: str, by: str, clock: Clock
) -> None:
    """Store what the unit did and says; the office checks it before the resident reads it."""
    _must_be(case, "assigned")
    at = clock()
    case.due_on = _due_after(campaign, at, scheme_of(campaign).rectification.verify_workdays)
    _step(session, campaign, case, "replied", state="replied", by=by, at=at, text=_written(text))


def answer_directly(
    session: Session, *, campaign: Campaign, case: Case, text: str, by: str, clock: Clock
) -> None:
    """Let the office answer itself, where a unit must not see the case or need not."""
    _must_be(case, "verified")
    _step(
        session, campaign, case, "replied", state="replied", by=by, at=clock(), text=_written(text)
    )
    publish(session, campaign=campaign, case=case, by=by, clock=clock)


def publish(session: Session, *, campaign: Campaign, case: Case, by: str, clock: Clock) -> None:
    """Let the resident read the reply, and answer it until a day that is told."""
    _must_be(case, "replied")
    at = clock()
    case.due_on = _due_after(campaign, at, scheme_of(campaign).rectification.complex_workdays)
    _step(session, campaign, case, "published", state="published", by=by, at=at)


def give_back(
    session: Session, *, campaign: Campaign, case: Case, note: str, by: str, clock: Clock
) -> None:
    """Ask the unit again: the reply does not do, or the resident is not satisfied with it."""
    _must_be(case, "replied", "published")
    if case.state == "published" and case.satisfied is not False:
        raise Refused.of(
            zh="只有居民表示不满意时才能退回重办",
            en="only a case whose resident is not satisfied can be given back",
        )
    if case.seen_on is None:
        raise Refused.of(
            zh="此件由绩效办直接答复，没有承办单位",
            en="the office answered this case itself; no unit has it",
        )
    at = clock()
    case.seen_on = local_day(at, campaign.timezone)
    case.due_on = _handling_due(campaign, case)
    _step(session, campaign, case, "returned", state="assigned", by=by, at=at, text=_written(note))


def answer(
    session: Session, *, campaign: Campaign, case: Case, satisfied: bool, text: str, clock: Clock
) -> None:
    """Keep the resident's word on a reply, once for each; no score ever changes by it."""
    if not awaits_resident(case):
        raise Refused.of(
            zh="现在不能评价，或已经评价过", en="this cannot be rated now, or already was"
        )
    case.satisfied = satisfied
    case.due_on = _due_after(campaign, clock(), scheme_of(campaign).rectification.verify_workdays)
    _step(
        session,
        campaign,
        case,
        "answered",
        state="published",
        by=RESIDENT,
        at=clock(),
        text=text.strip()[:LONGEST_TEXT],
    )


def close(session: Session, *, campaign: Campaign, case: Case, by: str, clock: Clock) -> None:
    """End a case once its resident answered, or let the day pass."""
    _must_be(case, "published")
    at = clock()
    today = local_day(at, campaign.timezone)
    if case.satisfied is None and case.due_on is not None and today <= case.due_on:
        raise Refused.of(
            zh=f"居民可在 {case.due_on} 前评价，届时方可办结",
            en=f"the resident may answer until {case.due_on}; close it after that day",
        )
    case.due_on = None
    _step(session, campaign, case, "closed", state="closed", by=by, at=at)


def awaits_resident(case: Case) -> bool:
    """Tell whether a reply is public that its resident has not rated, be it the first or not."""
    return case.state == "published" and case.steps[-1].step == "published"


def find_case(
    session: Session, *, campaign: Campaign, code: str, lock: bool = False
) -> Case | None:
    """Return a case of a campaign by its code, its row locked if it is to change."""
    query = sa.select(Case).where(Case.campaign_id == campaign.id, Case.code == code)
    return session.scalar(query.with_for_update(of=Case) if lock else query)


def _step(
    session: Session,
    campaign: Campaign,
    case: Case,
    step: str,
    *,
    state: str,
    by: str,
    at: datetime,
    text: str = "",
) -> None:
    case.state = state
    position = len(case.steps)
    case.steps.append(CaseStep(position=position, step=step, at=at, by=by, text=text))
    subject = f"{campaign.code}/{case.code}"
    audit.record(session, by=by, at=at, action=f"case.{step}", subject=subject)


def _was_counted(session: Session, case: Case) -> bool:
    """Tell whether nobody had to deal with it until now: its deadlines start today then."""
    comment = session.get_one(Comment, case.response_id)
    return kind_of(comment.text, comment.reasons) != "case"


def _must_be(case: Case, *states: str) -> None:
    if case.state not in states:
        raise Refused.of(
            zh="此件的状态已经变化，请刷新页面后再操作",
            en="the case has moved on meanwhile; reload the page",
        )


def _written(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refused.of(zh="请填写内容", en="write something here", field="text")
    if len(words) > LONGEST_TEXT:
        zh, en = f"最多 {LONGEST_TEXT} 字", f"at most {LONGEST_TEXT} characters"
        raise Refused.of(zh=zh, en=en, field="text")
    return words


def _received(session: Session, case: Case) -> int:
    query = sa.select(sa.func.sum(ProgressCounter.received)).where(
        ProgressCounter.campaign_id == case.campaign_id, ProgressCounter.unit_id == case.unit_id
    )
    return int(session.scalar(query) or 0)


def _handling_due(campaign: Campaign, case: Case) -> str:
    seen = date.fromisoformat(case.seen_on or case.release_on)
    return add_workdays(
        seen, scheme_of(campaign).rectification.workdays(str(case.level))
    ).isoformat()


def _due_after(campaign: Campaign, at: datetime, n_workdays: int) -> str:
    today = date.fromisoformat(local_day(at, campaign.timezone))
    return add_workdays(today, n_workdays).isoformat()
