"""The office of the demonstration at work on residents' words, each step on its own day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import Clock, local_day
from survey.demo.officials import Officials
from survey.feedback import cases
from survey.feedback.deadlines import add_workdays
from survey.feedback.kinds import kind_of
from survey.feedback.redact import redact
from survey.fieldwork.campaigns import find_campaign
from survey.model import Case, Comment
from survey.problems import Refused
from survey.site.installation import Site

_AT = time(10, 30)
_LATE = 14  # every so many-th case lies too long, as somewhere always one does
_COMPLEX = 5
_AT_ONCE = 50
_ANSWERED, _CLOSED = timedelta(days=20), timedelta(days=75)  # after the last day
_THANKS = "感谢您的意见。已核实情况并作了改进，请您监督。（演示）"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    code: str
    words: str
    number: int


def handle_comments(site: Site, *, code: str, officials: Officials, until: datetime) -> int:
    """Verify and hand on what came, each on the working day after; returns how many cases.

    What came within the last working day still waits, and a few lie too long.
    """
    by_day = _by_day(site, code)
    done = 0
    for day in sorted(by_day):
        at = _moment(site, code, day)
        if at >= until:
            break
        done += _one_day(site, code, by_day[day], by=officials.proposer, clock=_standing(at))
    return done


def finish_comments(site: Site, *, code: str, officials: Officials) -> int:
    """Answer every case of a campaign that is over, and close it when its residents' time is up."""
    with site.database.reading() as session:
        end = find_campaign(session, code).ends_at
    answered, closed = _standing(end + _ANSWERED), _standing(end + _CLOSED)
    works = [work for works in _by_day(site, code, every=0).values() for work in works]
    for start in range(0, len(works), _AT_ONCE):
        with site.database.writing() as session:
            campaign = find_campaign(session, code)
            for work in works[start : start + _AT_ONCE]:
                case = cases.find_case(session, campaign=campaign, code=work.code)
                if case is not None:
                    given = {"campaign": campaign, "case": case, "by": officials.proposer}
                    _answer(session, work, given, answered=answered, closed=closed)
    return len(works)


def _answer(
    session: Session, work: _Work, given: dict[str, Any], *, answered: Clock, closed: Clock
) -> None:
    cases.verify(session, level="simple", text=work.words, clock=answered, **given)
    cases.answer_directly(session, text=_THANKS, clock=answered, **given)
    cases.close(session, clock=closed, **given)


def _by_day(site: Site, code: str, *, every: int = _LATE) -> dict[date, list[_Work]]:
    """Return the cases by the working day after each came, but one of so many that lies on."""
    with site.database.reading() as session:
        campaign = find_campaign(session, code)
        query = (
            sa.select(Case.code, Case.opened_at, Comment.text, Comment.reasons)
            .join(Comment, Comment.response_id == Case.response_id)
            .where(Case.campaign_id == campaign.id, Case.state == "opened")
            .order_by(Case.opened_at, Case.response_id)
        )
        found: defaultdict[date, list[_Work]] = defaultdict(list)
        for number, (case_code, opened_at, text, reasons) in enumerate(session.execute(query)):
            lies = every and not number % every
            if kind_of(text, reasons) == "case" and not lies:
                opened = date.fromisoformat(local_day(opened_at, campaign.timezone))
                work = _Work(code=case_code, words=redact(text), number=number)
                found[add_workdays(opened, 1)].append(work)
    return found


def _one_day(site: Site, code: str, works: list[_Work], *, by: str, clock: Clock) -> int:
    with site.database.writing() as session:
        campaign = find_campaign(session, code)
        for work in works:
            case = cases.find_case(session, campaign=campaign, code=work.code)
            if case is None:  # pragma: no cover - nobody else is at work here
                continue
            given: dict[str, Any] = {
                "campaign": campaign,
                "case": case,
                "by": by,
                "clock": clock,
            }
            level = "simple" if work.number % _COMPLEX else "complex"
            cases.verify(session, level=level, text=work.words, **given)
            try:
                cases.assign(session, **given)
            except Refused:  # too few answers: the unit could guess who wrote
                cases.answer_directly(session, text=_THANKS, **given)
    return len(works)


def _moment(site: Site, code: str, day: date) -> datetime:
    with site.database.reading() as session:
        zone = ZoneInfo(find_campaign(session, code).timezone)
    return datetime.combine(day, _AT, zone)


def _standing(moment: datetime) -> Clock:
    return lambda: moment
