"""How units put right what residents wrote: how much of it, in time or not, to whose satisfaction.

Told from the steps of the cases handed to units. What the office answered itself is not a unit's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import local_day
from survey.feedback.deadlines import add_workdays
from survey.model import Campaign, Case, CaseStep
from survey.scheme.campaign_scheme import scheme_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Counts of cases handed to a unit, or of several units together.

    整改率 is `settled` of `handed`, 按期率 `in_time` of `turns`, 复评 `satisfied` of `rated`. A
    case given back is another turn of its unit, counted once it was answered or is overdue.
    """

    handed: int = 0
    settled: int = 0
    turns: int = 0
    in_time: int = 0
    rated: int = 0
    satisfied: int = 0

    @property
    def shares(self) -> dict[str, str]:
        """The three rates in words, each with what it is counted of; empty of nothing."""
        parts = {
            "settled": (self.settled, self.handed),
            "in_time": (self.in_time, self.turns),
            "satisfied": (self.satisfied, self.rated),
        }
        return {name: _share(part, of) for name, (part, of) in parts.items()}

    def __add__(self, other: "Rates") -> "Rates":
        told = {each.name: getattr(self, each.name) for each in fields(self)}
        return Rates(**{name: n + getattr(other, name) for name, n in told.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """A case in a unit's hands: the last day for its reply, and the day of it."""

    due: date
    replied: date | None


def _share(part: int, of: int) -> str:
    """Return a share in whole percent, rounded half up, with its counts."""
    return f"{(200 * part + of) // (2 * of)}% ({part}/{of})" if of else ""


def rates_of(session: Session, *, campaign: Campaign, today: str) -> dict[str, Rates]:
    """Return the counts of each unit of a campaign, by its code."""
    codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
    found = {code: Rates() for code in codes.values()}
    for _case, steps in groupby(_steps(session, campaign, today), key=lambda row: row.id):
        rows = list(steps)
        code = codes[rows[0].unit_id]
        found[code] = found[code] + _of_case(rows, campaign, today)
    return found


def by_class(campaign: Campaign, found: dict[str, Rates]) -> dict[str, Rates]:
    """Return the counts of each class: those of its units together."""
    classes = sorted({entry.class_code for entry in campaign.units})
    return {
        code: sum(
            (found[entry.unit.code] for entry in campaign.units if entry.class_code == code),
            Rates(),
        )
        for code in classes
    }


def _steps(session: Session, campaign: Campaign, today: str) -> Iterable[Any]:
    """Return the steps of all cases that units see or saw, case by case."""
    about = (Case.id, Case.unit_id, Case.state, Case.level, Case.release_on, Case.satisfied)
    query = sa.select(*about, CaseStep.step, CaseStep.at).join(
        CaseStep, CaseStep.case_id == Case.id
    )
    query = query.where(Case.campaign_id == campaign.id, Case.seen_on <= today)
    return session.execute(query.order_by(Case.id, CaseStep.position))


def _of_case(rows: list[Any], campaign: Campaign, today: str) -> Rates:
    case, day = rows[0], date.fromisoformat(today)
    turns = [turn for turn in _turns(rows, campaign) if turn.replied or turn.due < day]
    in_time = [turn for turn in turns if turn.replied and turn.replied <= turn.due]
    to_do_again = case.satisfied is False and rows[-1].step == "answered"
    settled = case.state == "closed" or (case.state == "published" and not to_do_again)
    return Rates(
        handed=1,
        settled=int(settled),
        turns=len(turns),
        in_time=len(in_time),
        rated=int(case.satisfied is not None),
        satisfied=int(case.satisfied is True),
    )


def _turns(rows: list[Any], campaign: Campaign) -> Iterator[_Turn]:
    """Yield how often a unit had a case, the last day it had each time, and when it replied."""
    workdays = scheme_of(campaign).rectification.workdays(str(rows[0].level))
    due: date | None = None
    for row in rows:
        day = local_day(row.at, campaign.timezone)
        if row.step in {"assigned", "returned"}:
            seen = max(rows[0].release_on, day) if row.step == "assigned" else day
            due = add_workdays(date.fromisoformat(seen), workdays)
        elif row.step == "replied" and due is not None:
            yield _Turn(due=due, replied=date.fromisoformat(day))
            due = None
    if due is not None:
        yield _Turn(due=due, replied=None)
