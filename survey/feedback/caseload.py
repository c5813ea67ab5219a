"""What the office has before it: cases to deal with, words that are only counted, and their order.

Nothing is counted that could be sorted first: the database does both, by what `matters` keeps of
the words. What has been taken up is a case, whatever it says.
"""

import operator
import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from survey.feedback.held_words import times_begun
from survey.feedback.kinds import COUNTED
from survey.feedback.listing import LATE_STATES, CaseRow, is_code, row_of, years_of
from survey.feedback.matters import n_unread
from survey.fieldwork.once import Once
from survey.model import Campaign, Case, CaseStep, Comment, CommentKind, CommentMatter, Unit
from survey.web.key_pages import Place, page_at

_BEGINNING = Place()
# Said in the statement itself: PostgreSQL groups by what it can see to be the same.
_OPENED: sa.ColumnElement[str] = sa.literal_column("'opened'")
_CASE: sa.ColumnElement[str] = sa.literal_column("'case'")
_STATE = sa.func.coalesce(Case.state, _OPENED)
_KIND = sa.case((Case.state != _OPENED, _CASE), else_=CommentMatter.kind)
_IS_CASE = _KIND == _CASE
_DUE_ON = sa.case((_IS_CASE, Case.due_on))

_A_DEADLINE = re.compile(r"(\d{4}-\d\d-\d\d)?", re.ASCII)

_Wanted = list[sa.ColumnElement[bool]]
_Stretch = tuple[_Wanted, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which words somebody asked to see; empty is all cases."""

    state: str = ""
    unit_code: str = ""
    topic: str = ""
    kind: CommentKind = "case"
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """A page of the list, and what there is altogether.

    `counts` are cases by state, `counted` words by kind, `topics` cases by the reason ticked;
    `n_groups` is what the cases asked for come down to, those alike taken together.
    `n_sources` is from how many networks all words came, None once marks are gone; `n_unread` are
    answers that came since the words were read. `before` and `after` are the keys beside which the
    neighbouring pages begin, empty where there is none.
    """

    rows: list[CaseRow]
    before: str
    after: str
    total: int
    n_groups: int
    counts: dict[str, int]
    counted: dict[str, int]
    topics: dict[str, int]
    n_cases: int
    n_late: int
    years: list[int]
    n_sources: int | None
    n_unread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What is counted of a campaign's words, whatever page of them is shown."""

    cases: Counter[str]
    by_kind: Counter[str]
    topics: Counter[str]
    n_late: int
    total: int
    n_groups: int
    n_sources: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """A case and those of its matter that wait for the same step, itself first."""

    state: str
    codes: list[str]


def office_list(
    session: Session,
    *,
    campaign: Campaign,
    today: str,
    asked: Asked,
    once: Once,
    place: Place = _BEGINNING,
) -> Caseload:
    """Return a page of a campaign's words, the cases that are due first on top."""
    wanted = [*_cases_of(campaign, asked.unit_code), *_wanted(asked, today)]
    found = page_at(
        place, read=lambda at, limit: _in_order(session, wanted, at, limit), key_of=_key
    )
    rows = _rows(session, _words_of(campaign, asked.unit_code), found.rows, today)
    counts = counted(session, campaign=campaign, today=today, asked=asked, once=once)
    return Caseload(
        rows=rows,
        before=found.before,
        after=found.after,
        total=counts.total,
        n_groups=counts.n_groups,
        counts=counts.cases,
        counted={kind: counts.by_kind[kind] for kind in COUNTED},
        topics=counts.topics,
        n_cases=counts.cases.total(),
        n_late=counts.n_late,
        years=years_of([row.due_on for row in rows], today),
        n_sources=counts.n_sources,
        n_unread=n_unread(session, campaign),
    )


def counted(
    session: Session, *, campaign: Campaign, today: str, asked: Asked, once: Once
) -> Counted:
    """Return what a list counts, counted anew only where words or cases changed."""
    words = _words_of(campaign, asked.unit_code)
    return once.value(
        (campaign.id, asked),
        (today, _version(session, campaign)),
        lambda: _count(session, campaign, words, [*words, *_wanted(asked, today)], today),
    )


def alike(session: Session, *, campaign: Campaign, code: str) -> Together | None:
    """Return a case with those like it, None where there is none of this code."""
    words = _words_of(campaign)
    query = _select(CommentMatter.matter, Case.state).where(*words, Case.code == code)
    mine = session.execute(query).one_or_none()
    if mine is None:
        return None
    same = (CommentMatter.matter == mine.matter, Case.state == mine.state)
    order = (Case.code != code, Case.due_on.is_(None), Case.due_on, Case.code)
    query = _select(Case.code).where(*words, *same).order_by(*order)
    return Together(state=mine.state, codes=list(session.scalars(query)))


def next_after(session: Session, *, campaign: Campaign, code: str, state: str) -> str | None:
    """Return the case that waits for the same step and falls due next, None where none does."""
    wanted = [*_cases_of(campaign), _IS_CASE, Case.state == state, Case.code != code]
    return next((row.Case.code for row in _in_order(session, wanted, _BEGINNING, 1)), None)


def _select(*columns: Any) -> sa.Select[Any]:
    words = sa.select(*columns).select_from(CommentMatter)
    return words.outerjoin(Case, Case.response_id == CommentMatter.response_id)


def _with_texts(words: sa.Select[Any]) -> sa.Select[Any]:
    return words.join(Comment, Comment.response_id == CommentMatter.response_id)


def _words_of(campaign: Campaign, unit_code: str = "") -> _Wanted:
    words = [CommentMatter.campaign_id == campaign.id]
    if unit_code:
        unit = sa.select(Unit.id).where(Unit.code == unit_code).scalar_subquery()
        words.append(CommentMatter.unit_id == unit)
    return words


def _cases_of(campaign: Campaign, unit_code: str = "") -> _Wanted:
    cases = [Case.campaign_id == campaign.id]
    if unit_code:
        unit = sa.select(Unit.id).where(Unit.code == unit_code).scalar_subquery()
        cases.append(Case.unit_id == unit)
    return cases


def _is_late(today: str) -> sa.ColumnElement[bool]:
    return sa.and_(_IS_CASE, Case.state.in_(LATE_STATES), Case.due_on < today)


def _wanted(asked: Asked, today: str) -> _Wanted:
    wanted: _Wanted = [Case.id.is_not(None), sa.literal(asked.kind) == _KIND]
    if asked.state:
        wanted.append(Case.state == asked.state)
    if asked.topic:
        of = aliased(Comment)
        ticked = (";" + of.reasons + ";").contains(f";{asked.topic};", autoescape=True)
        wanted.append(sa.exists().where(of.response_id == CommentMatter.response_id, ticked))
    if asked.late:
        wanted.append(_is_late(today))
    return wanted


def _version(session: Session, campaign: Campaign) -> Hashable:
    """Return what differs whenever cases differ, or what is read of a campaign's words.

    What is read only grows, until it begins anew; steps of cases are only added. Whatever else
    officials do leaves the counts as they are, so that it is none of the version.
    """
    read = sa.select(sa.func.count()).where(CommentMatter.campaign_id == campaign.id)
    steps = sa.select(sa.func.count()).select_from(CaseStep)
    both = sa.select(read.scalar_subquery(), steps.scalar_subquery())
    return (
        *session.execute(both).one(),
        times_begun(session, campaign.id),
        campaign.anonymised_at,
    )


def _count(
    session: Session, campaign: Campaign, words: _Wanted, wanted: _Wanted, today: str
) -> Counted:
    cases, by_kind, topics, n_late = _counts(session, words, today)
    total, n_groups = _totals(session, wanted)
    return Counted(
        cases=cases,
        by_kind=by_kind,
        topics=topics,
        n_late=n_late,
        total=total,
        n_groups=n_groups,
        n_sources=_n_sources(session, words) if campaign.anonymised_at is None else None,
    )


def _counts(
    session: Session, words: _Wanted, today: str
) -> tuple[Counter[str], Counter[str], Counter[str], int]:
    """Return cases by state, words by kind, cases by topic, and how many are late."""
    by = (_STATE.label("state"), _KIND.label("kind"), Comment.reasons)
    late = sa.func.count(sa.case((_is_late(today), 1)))
    query = _with_texts(_select(*by, sa.func.count(), late)).where(*words).group_by(*by)
    cases, counted, topics = Counter[str](), Counter[str](), Counter[str]()
    n_late = 0
    for state, kind, reasons, n, n_of_them_late in session.execute(query):
        counted[kind] += n
        n_late += n_of_them_late
        if kind == "case":
            cases[state] += n
            topics.update({topic: n for topic in reasons.split(";") if topic})
    return cases, counted, topics, n_late


def _totals(session: Session, wanted: _Wanted) -> tuple[int, int]:
    """Return how many cases there are, and how many when those alike are taken together."""
    of = (CommentMatter.matter, CommentMatter.unit_id, _STATE)
    groups = _select(sa.func.count().label("n")).where(*wanted).group_by(*of).subquery()
    query = sa.select(sa.func.coalesce(sa.func.sum(groups.c.n), 0), sa.func.count())
    total, n_groups = session.execute(query.select_from(groups)).one()
    return int(total), n_groups


_SOURCE = CommentMatter.source
# Each unknown source may be another.
_SOURCES = sa.func.count(_SOURCE.distinct()) + sa.func.count() - sa.func.count(_SOURCE)


def _n_sources(session: Session, words: _Wanted) -> int:
    return session.scalar(sa.select(_SOURCES).where(*words)) or 0


def is_key(text: str) -> bool:
    """Tell whether a text is the key of a case: its deadline, if it has one, and its code."""
    day, _, code = text.partition(".")
    return _A_DEADLINE.fullmatch(day) is not None and is_code(code)


def _key(row: Any) -> str:
    return f"{row.Case.due_on or ''}.{row.Case.code}"


def _in_order(session: Session, wanted: _Wanted, place: Place, limit: int) -> list[Any]:
    """Return so many cases from a place on: by deadline, then those without one, by code.

    Each stretch is read along the index that has this order, so that nothing is sorted.
    """
    rows: list[Any] = []
    for where, order in _stretches(place):
        query = _with_words().where(*wanted, *where).order_by(*order).limit(limit - len(rows))
        rows += session.execute(query).all()
        if len(rows) == limit:
            break
    return rows


def _with_words() -> sa.Select[Any]:
    """Return the query for cases led by them, or all words would be looked through first."""
    return (
        sa.select(Case, Comment.text, CommentMatter.matter, _DUE_ON.label("due_on"))
        .join(CommentMatter, CommentMatter.response_id == Case.response_id)
        .join(Comment, Comment.response_id == Case.response_id)
    )


def _stretches(place: Place) -> list[_Stretch]:
    """Return conditions and order of those with a deadline and those without, from a place on."""
    day, _, code = place.key.partition(".")
    dated: _Wanted = [Case.due_on.is_not(None)]
    dateless: _Wanted = [Case.due_on.is_(None)]
    beyond = operator.lt if place.before else operator.gt
    if day:
        dated.append(beyond(sa.tuple_(Case.due_on, Case.code), sa.tuple_(day, code)))
    elif code:
        dateless.append(beyond(Case.code, code))
    turn = sa.desc if place.before else sa.asc
    both: list[_Stretch] = [
        (dated, [turn(Case.due_on), turn(Case.code)]),
        (dateless, [turn(Case.code)]),
    ]
    is_in_second = bool(code) and bool(day) == place.before
    return (both[::-1] if place.before else both)[int(is_in_second) :]


def _rows(session: Session, words: _Wanted, found: list[Any], today: str) -> list[CaseRow]:
    of = CommentMatter.matter
    query = sa.select(of, sa.func.count(), _SOURCES).group_by(of)
    query = query.where(*words, of.in_({row.matter for row in found}))
    like = {matter: (n, sources) for matter, n, sources in session.execute(query)}
    return [
        row_of(
            row.Case,
            row.text,
            today,
            due_on=row.due_on,
            alike=like[row.matter][0],
            alike_sources=like[row.matter][1],
        )
        for row in found
    ]
