"""The cases of a campaign that are late, each with its rung; no words of residents."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.feedback.climbing.rungs import RUNGS, Climb, Rung, climb_of, ladder_of
from survey.feedback.deadlines import workdays_left
from survey.model import Campaign, Case, CaseStep, Unit

# What of the cases a role is shown: from this rung upwards.
FROM: dict[str, Rung] = {
    "unit_liaison": "unit",
    "office_admin": "office",
    "office_review": "office",
    "auditor": "office",
    "leader": "leaders",
}
_HELD = ("opened", "verified", "assigned", "replied")
_LAST_STEP = (
    sa.select(CaseStep.step)
    .where(CaseStep.case_id == Case.id)
    .order_by(CaseStep.position.desc())
    .limit(1)
    .scalar_subquery()
)
# Of a reply given anew after that the resident has not said anything yet.
_DISSATISFIED = sa.and_(
    Case.state == "published", Case.satisfied.is_(sa.false()), _LAST_STEP == "answered"
)

Places = Counter[tuple[str, Rung]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A late case: whose it is, its deadline, for how many working days it is late, its rung."""

    code: str
    unit: Unit
    state: str
    due_on: str
    days_late: int
    climb: Climb


def late_cases(
    session: Session, *, campaign: Campaign, today: str, of_units: bool = False
) -> list[Late]:
    """Return the late cases of a campaign, the longest late first; `of_units` those they have."""
    day, ladder = date.fromisoformat(today), ladder_of(campaign)
    units = {entry.unit_id: entry.unit for entry in campaign.units}
    query = _late(campaign, today, Case.code, of_units=of_units).order_by(Case.due_on, Case.code)
    found = []
    for row in session.execute(query):
        climb = _climb(row, day, ladder)
        if climb is not None:
            late = Late(
                code=row.code,
                unit=units[row.unit_id],
                state=row.state,
                due_on=row.due_on,
                days_late=-workdays_left(day, date.fromisoformat(row.due_on)),
                climb=climb,
            )
            found.append(late)
    return found


def count_late(
    session: Session, *, campaign: Campaign, today: str, of_units: bool = False
) -> Places:
    """Return how many late cases of each unit, by its code, stand on which rung."""
    day, ladder = date.fromisoformat(today), ladder_of(campaign)
    codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
    late = _late(campaign, today, of_units=of_units).subquery()
    query = sa.select(*late.c, sa.func.count().label("n")).group_by(*late.c)
    found = Places()
    for row in session.execute(query):
        climb = _climb(row, day, ladder)
        if climb is not None:
            found[codes[row.unit_id], climb.rung] += row.n
    return found


def n_from(places: Places, rung: Rung, *, units: set[str]) -> int:
    """Return how many cases of some units stand on a rung or above it."""
    high = RUNGS[RUNGS.index(rung) :]
    return sum(n for (unit, on), n in places.items() if on in high and unit in units)


def dissatisfied(case: Case) -> bool:
    """Tell whether a case's resident is dissatisfied with the reply that is public now."""
    last = case.steps[-1].step if case.steps else ""
    return case.state == "published" and case.satisfied is False and last == "answered"


def _late(campaign: Campaign, today: str, *more: Any, of_units: bool) -> sa.Select[Any]:
    held = sa.or_(Case.state.in_(_HELD), _DISSATISFIED)
    waits = Case.state == "assigned" if of_units else held
    about = (Case.unit_id, Case.state, Case.due_on)
    return sa.select(*about, *more).where(
        Case.campaign_id == campaign.id, Case.due_on < today, waits
    )


def _climb(row: Any, today: date, ladder: Any) -> Climb | None:
    return climb_of(
        state=row.state,
        due_on=row.due_on,
        today=today,
        ladder=ladder,
        dissatisfied=row.state == "published",  # no other public reply is among them
    )
