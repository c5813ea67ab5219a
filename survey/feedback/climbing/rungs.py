"""On which rung a late case stands, told from its state, its deadline and the day it is asked.

Nothing has to run at night for it: a server that stood still for a week tells the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from survey.feedback.deadlines import add_workdays
from survey.model import Campaign
from survey.scheme.campaign_scheme import scheme_of

Rung = Literal["unit", "office", "leaders", "public"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
_OFFICE_STATES = ("opened", "verified", "replied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """How many working days a late case stays on a rung, by the scheme; each at least 1."""

    unit: int
    office: int
    leaders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """The rung of a late case, the day it came there, and when it climbs on to which."""

    rung: Rung
    since: date
    following: Rung | None
    following_on: date | None


def ladder_of(campaign: Campaign) -> Ladder:
    """Return the ladder of a campaign's scheme."""
    deadlines = scheme_of(campaign).rectification
    return Ladder(
        unit=deadlines.unit_late_workdays,
        office=deadlines.office_late_workdays,
        leaders=deadlines.leaders_late_workdays,
    )


def waits_for(state: str, *, dissatisfied: bool = False) -> Rung | None:
    """Return who has to act in a state: the unit or the office; None where nobody has.

    A reply that is public waits for nobody, unless its resident is `dissatisfied` with it: then
    the office gives it back or closes the case.
    """
    if state == "assigned":
        return "unit"
    if state in _OFFICE_STATES or (state == "published" and dissatisfied):
        return "office"
    return None


def climb_of(
    *, state: str, due_on: str | None, today: date, ladder: Ladder, dissatisfied: bool = False
) -> Climb | None:
    """Return how far a case has climbed on a day; None while it is in time or waits for nobody."""
    start = waits_for(state, dissatisfied=dissatisfied)
    due = date.fromisoformat(due_on) if due_on else None
    if start is None or due is None or today <= due:
        return None
    days = list(_days(start, due, ladder))
    reached = [place for place, (_rung, day) in enumerate(days) if day <= today]
    rung, since = days[reached[-1]]
    ahead = days[reached[-1] + 1 :]
    following, following_on = ahead[0] if ahead else (None, None)
    return Climb(rung=rung, since=since, following=following, following_on=following_on)


def _days(start: Rung, due: date, ladder: Ladder) -> Iterator[tuple[Rung, date]]:
    """Yield the rungs from where a case waits upwards, each with its first day."""
    day = due
    yield start, date.fromordinal(due.toordinal() + 1)
    stay = {"unit": ladder.unit, "office": ladder.office, "leaders": ladder.leaders}
    for rung in RUNGS[RUNGS.index(start) :][:-1]:
        day = add_workdays(day, stay[rung])
        yield RUNGS[RUNGS.index(rung) + 1], day
