"""What the pages about cases show: the whole of one to the office, a redacted part to the unit."""

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.feedback.deadlines import unknown_years, workdays_left
from survey.feedback.kinds import kind_of_case
from survey.feedback.redact import redact
from survey.feedback.withdrawn import is_withdrawn
from survey.model import Campaign, Case, Comment, CommentKind, Unit
from survey.web.key_pages import Place, page_at

_EXCERPT = 60
_BEGINNING = Place()
_A_CODE = re.compile("[0-9A-Z]{1,20}", re.ASCII)
LATE_STATES = ("opened", "verified", "assigned", "replied", "published")
_UNIT_STATES = ("assigned", "replied", "published", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of a list. `left` is in working days, negative when late, None without deadline.

    `withdrawn`: the resident took back words that had been checked.
    """

    code: str
    unit: Unit
    state: str
    level: str | None
    due_on: str | None
    left: int | None
    excerpt: str
    withdrawn: bool
    satisfied: bool | None
    alike: int = 1
    alike_sources: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseList:
    """A page of a list, the number of cases in it altogether, and years without a calendar.

    `before` and `after` are the keys beside which the neighbouring pages begin, empty without one.
    """

    rows: list[CaseRow]
    before: str
    after: str
    total: int
    counts: dict[str, int]
    n_late: int
    years: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeCase:
    """All the office reads of a case; words that are only counted have no deadline."""

    case: Case
    kind: CommentKind
    withdrawn: bool
    original: str
    suggested: str
    reasons: list[str]
    due_on: str | None
    left: int | None
    years: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCase:
    """What a unit reads of a case: nothing of the answer, its time or its writer."""

    code: str
    state: str
    level: str
    text: str
    reasons: list[str]
    due_on: str | None
    left: int | None
    reply: str
    note: str
    satisfied: bool | None
    years: list[int]


def is_code(text: str) -> bool:
    """Tell whether a text may be the code of a case, beside which a unit's page begins."""
    return _A_CODE.fullmatch(text) is not None


def unit_list(
    session: Session, *, campaign: Campaign, unit_id: int, today: str, place: Place = _BEGINNING
) -> CaseList:
    """Return a page of the cases a unit may see, in the order of their random codes."""
    where = [Case.campaign_id == campaign.id, Case.unit_id == unit_id, *_shown_to_unit(today)]
    found = page_at(
        place,
        read=lambda at, limit: _by_code(session, where, today, at, limit),
        key_of=lambda row: row.code,
    )
    return CaseList(
        rows=found.rows,
        before=found.before,
        after=found.after,
        total=_count(session, where),
        counts=_counts(session, where),
        n_late=_count(session, [*where, Case.state == "assigned", _is_late(today)]),
        years=years_of([row.due_on for row in found.rows], today),
    )


def office_case(
    session: Session, *, campaign: Campaign, case: Case, today: str, lang: str
) -> OfficeCase:
    """Return all the office reads of a case."""
    comment = session.get_one(Comment, case.response_id)
    kind = kind_of_case(case.state, comment.text, comment.reasons)
    due_on = case.due_on if kind == "case" else None
    return OfficeCase(
        case=case,
        kind=kind,
        withdrawn=is_withdrawn(session, campaign=campaign, case=case),
        original=comment.text,
        suggested=case.redacted or redact(comment.text),
        reasons=reason_words(campaign, comment.reasons, lang),
        due_on=due_on,
        left=_left(due_on, today),
        years=years_of([due_on], today),
    )


def unit_case(
    session: Session, *, campaign: Campaign, unit_id: int, code: str, today: str, lang: str
) -> UnitCase | None:
    """Return what a unit reads of a case, or None where it must not know of it."""
    case = session.scalar(
        sa.select(Case).where(
            Case.campaign_id == campaign.id,
            Case.unit_id == unit_id,
            Case.code == code,
            *_shown_to_unit(today),
        )
    )
    if case is None:
        return None
    comment = session.get_one(Comment, case.response_id)
    return UnitCase(
        code=case.code,
        state=case.state,
        level=case.level or "",
        text=case.redacted or "",
        reasons=reason_words(campaign, comment.reasons, lang),
        due_on=case.due_on if case.state == "assigned" else None,
        left=_left(case.due_on, today) if case.state == "assigned" else None,
        reply=latest(case, "replied"),
        note=latest(case, "returned") if case.state == "assigned" else "",
        satisfied=case.satisfied,
        years=years_of([case.due_on], today),
    )


def latest(case: Case, step: str) -> str:
    """Return what was written with the last step of a kind, or nothing."""
    return next((taken.text for taken in reversed(case.steps) if taken.step == step), "")


def reason_words(campaign: Campaign, reasons: str, lang: str) -> list[str]:
    """Return the words of the reasons a resident ticked."""
    options = reason_options(campaign, lang)
    return [options.get(value, value) for value in reasons.split(";") if value]


def reason_options(campaign: Campaign, lang: str) -> dict[str, str]:
    """Return the reasons a questionnaire offers: what comments are about."""
    return {
        option["value"]: str(option[lang])
        for entry in campaign.questionnaire.content.get("conditional", ())
        for option in entry["options"]
    }


def _shown_to_unit(today: str) -> list[sa.ColumnElement[bool]]:
    return [Case.state.in_(_UNIT_STATES), Case.seen_on.is_not(None), Case.seen_on <= today]


def _is_late(today: str) -> sa.ColumnElement[bool]:
    return sa.and_(Case.due_on < today, Case.state.in_(LATE_STATES))


def _count(session: Session, where: list[sa.ColumnElement[bool]]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(Case).where(*where)) or 0


def _counts(session: Session, where: list[sa.ColumnElement[bool]]) -> dict[str, int]:
    query = sa.select(Case.state, sa.func.count()).where(*where).group_by(Case.state)
    return dict(session.execute(query).all())


def _by_code(
    session: Session, where: list[sa.ColumnElement[bool]], today: str, place: Place, limit: int
) -> list[CaseRow]:
    query = sa.select(Case, Comment.text).join(Comment, Comment.response_id == Case.response_id)
    query = query.order_by(Case.code.desc() if place.before else Case.code).limit(limit)
    if place.key:
        where = [*where, Case.code < place.key if place.before else Case.code > place.key]
    found = session.execute(query.where(*where))
    return [row_of(case, text, today, due_on=case.due_on) for case, text in found]


def row_of(
    case: Case,
    text: str,
    today: str,
    *,
    due_on: str | None,
    alike: int = 1,
    alike_sources: int = 1,
) -> CaseRow:
    """Return a case as a line of a list; `due_on` is empty where nothing has to be done."""
    return CaseRow(
        code=case.code,
        unit=case.unit,
        state=case.state,
        level=case.level,
        due_on=due_on,
        left=_left(due_on, today),
        excerpt=(case.redacted or redact(text))[:_EXCERPT],
        withdrawn=case.redacted == "",
        satisfied=case.satisfied,
        alike=alike,
        alike_sources=alike_sources,
    )


def _left(due_on: str | None, today: str) -> int | None:
    return None if due_on is None else workdays_left(_day(today), _day(due_on))


def years_of(due: list[str | None], today: str) -> list[int]:
    """Return the years of some deadlines whose holidays are not known."""
    return unknown_years(_day(today), *(_day(day) for day in due if day))


def _day(text: str) -> date:
    return date.fromisoformat(text)
