"""What the office has before it: cases to deal with, words that are only counted, and their order.

Whether words are a case is reckoned on reading (`kinds`), so that what earlier programs stored
as a case with a deadline is counted by the same rule; nothing stored is changed by it.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.feedback.kinds import COUNTED, Kind, kind_of_case
from survey.feedback.likeness import Said, groups_of, n_sources
from survey.feedback.listing import LATE_STATES, PAGE, CaseRow, row_of, years_of
from survey.model import Campaign, Case, Comment, Response, Unit

_NEVER = "9999"
_ANYBODY = b"anybody"  # the same few words are one matter, whoever says them


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A resident's words, with their case where they have one; `group` is of those alike."""

    case_id: int | None
    code: str
    unit_code: str
    state: str
    due_on: str | None
    reasons: tuple[str, ...]
    source: bytes | None
    kind: Kind
    group: int

    def is_late(self, today: str) -> bool:
        """Tell whether a case waits for somebody whose day has passed."""
        waits = self.kind == "case" and self.state in LATE_STATES
        return waits and (self.due_on or _NEVER) < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which words somebody asked to see; empty is all cases."""

    state: str = ""
    unit_code: str = ""
    topic: str = ""
    kind: Kind = "case"
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """A page of the list, and what there is altogether.

    `counts` are cases by state, `counted` words by kind, `topics` cases by the reason ticked;
    `n_groups` is what the cases asked for come down to, those alike taken together.
    `n_sources` is from how many networks all words came, None once marks are gone.
    """

    rows: list[CaseRow]
    total: int
    n_groups: int
    counts: dict[str, int]
    counted: dict[str, int]
    topics: dict[str, int]
    n_cases: int
    n_late: int
    years: list[int]
    n_sources: int | None


def read_entries(session: Session, *, campaign: Campaign, unit_code: str = "") -> list[Entry]:
    """Return all words about a campaign, or one unit, in the order their cases fall due."""
    query = (
        sa.select(Case, Unit.code, Comment.text, Comment.reasons, Response.network_mark)
        .select_from(Comment)
        .join(Response, Response.id == Comment.response_id)
        .join(Unit, Unit.id == Response.unit_id)
        .outerjoin(Case, Case.response_id == Comment.response_id)
        .where(
            Response.campaign_id == campaign.id,
            sa.or_(Case.id.is_not(None), Comment.reasons != ""),
        )
    )
    if unit_code:
        query = query.where(Unit.code == unit_code)
    rows = session.execute(query).all()
    groups = groups_of([Said(text=row[2], source=_ANYBODY) for row in rows])
    entries = [_entry(row, group) for row, group in zip(rows, groups, strict=True)]
    return sorted(entries, key=lambda entry: (entry.due_on or _NEVER, entry.code))


def office_list(
    session: Session, *, campaign: Campaign, today: str, asked: Asked, page: int = 1
) -> Caseload:
    """Return a page of a campaign's words, the cases that are due first on top."""
    entries = read_entries(session, campaign=campaign, unit_code=asked.unit_code)
    cases = [entry for entry in entries if entry.kind == "case"]
    found = [entry for entry in entries if _wanted(entry, asked, today)]
    shown = found[PAGE * (page - 1) : PAGE * page]
    rows = _rows(session, entries, shown, today)
    kinds = Counter(entry.kind for entry in entries)
    marked = campaign.anonymised_at is None
    return Caseload(
        rows=rows,
        total=len(found),
        n_groups=len({(entry.group, entry.unit_code, entry.state) for entry in found}),
        counts=Counter(entry.state for entry in cases),
        counted={kind: kinds[kind] for kind in COUNTED},
        topics=Counter(topic for entry in cases for topic in entry.reasons),
        n_cases=len(cases),
        n_late=sum(entry.is_late(today) for entry in entries),
        years=years_of([row.due_on for row in rows], today),
        n_sources=n_sources([entry.source for entry in entries]) if marked else None,
    )


def alike(session: Session, *, campaign: Campaign, code: str) -> list[Entry]:
    """Return a case and those like it that wait for the same step, itself first."""
    entries = read_entries(session, campaign=campaign)
    mine = next((entry for entry in entries if entry.code == code), None)
    if mine is None:
        return []
    same = [e for e in entries if e.case_id and (e.group, e.state) == (mine.group, mine.state)]
    return sorted(same, key=lambda entry: entry.code != code)


def next_after(session: Session, *, campaign: Campaign, code: str, state: str) -> str | None:
    """Return the case that waits for the same step and falls due next, None where none does."""
    entries = read_entries(session, campaign=campaign)
    waiting = [e.code for e in entries if e.kind == "case" and e.state == state and e.code != code]
    return waiting[0] if waiting else None


def _entry(row: sa.Row[Case, str, str, str, bytes | None], group: int) -> Entry:
    case: Case | None = row[0]
    unit_code, text, reasons, source = row[1:]
    state = case.state if case else "opened"
    kind = kind_of_case(state, text, reasons)
    return Entry(
        case_id=case.id if case else None,
        code=case.code if case else "",
        unit_code=unit_code,
        state=state,
        due_on=case.due_on if case and kind == "case" else None,
        reasons=tuple(value for value in reasons.split(";") if value),
        source=source,
        kind=kind,
        group=group,
    )


def _wanted(entry: Entry, asked: Asked, today: str) -> bool:
    return (
        entry.case_id is not None
        and entry.kind == asked.kind
        and asked.state in {"", entry.state}
        and (not asked.topic or asked.topic in entry.reasons)
        and (not asked.late or entry.is_late(today))
    )


def _rows(
    session: Session, entries: Sequence[Entry], shown: Sequence[Entry], today: str
) -> list[CaseRow]:
    by_group: defaultdict[int, list[bytes | None]] = defaultdict(list)
    for entry in entries:
        by_group[entry.group].append(entry.source)
    ids = [entry.case_id for entry in shown]
    query = sa.select(Case, Comment.text).join(Comment, Comment.response_id == Case.response_id)
    kept = {case.id: (case, text) for case, text in session.execute(query.where(Case.id.in_(ids)))}
    return [
        row_of(
            *kept[entry.case_id or 0],
            today,
            due_on=entry.due_on,
            alike=len(by_group[entry.group]),
            alike_sources=n_sources(by_group[entry.group]),
        )
        for entry in shown
    ]
