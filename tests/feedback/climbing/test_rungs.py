"""The rung of a late case, for any state, deadline, day and ladder."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.feedback.climbing.rungs import RUNGS, Ladder, climb_of, waits_for
from survey.feedback.deadlines import is_workday
from survey.model import CASE_STATES

LADDER = Ladder(unit=1, office=5, leaders=10)
FRIDAY = "2026-12-18"
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
STAY = st.integers(1, 9)
LADDERS = st.builds(Ladder, unit=STAY, office=STAY, leaders=STAY)
CASES = {"state": st.sampled_from(CASE_STATES), "dissatisfied": st.booleans()}


def rung(state: str, day: str, *, due: str | None = FRIDAY, dissatisfied: bool = False) -> str:
    today = date.fromisoformat(day)
    found = climb_of(state=state, due_on=due, today=today, ladder=LADDER, dissatisfied=dissatisfied)
    return found.rung if found else ""


@pytest.mark.parametrize(
    ("day", "at_the_unit", "at_the_office"),
    [
        ("2026-12-17", "", ""),
        ("2026-12-18", "", ""),  # its last day is still in time
        ("2026-12-19", "unit", "office"),  # a Saturday: late, but no working day has gone
        ("2026-12-20", "unit", "office"),
        ("2026-12-21", "office", "office"),
        ("2026-12-24", "office", "office"),
        ("2026-12-25", "office", "leaders"),
        ("2026-12-27", "office", "leaders"),
        ("2026-12-28", "leaders", "leaders"),
        ("2027-01-08", "leaders", "public"),
        ("2027-01-10", "leaders", "public"),
        ("2027-01-11", "public", "public"),
        ("2028-01-11", "public", "public"),
    ],
)
def test_a_late_case_climbs_by_working_days(day: str, at_the_unit: str, at_the_office: str) -> None:
    assert rung("assigned", day) == at_the_unit
    for state in ("opened", "verified", "replied"):
        assert rung(state, day) == at_the_office
    assert rung("published", day, dissatisfied=True) == at_the_office


def test_it_says_since_when_and_when_it_climbs_on() -> None:
    given_ = {"state": "assigned", "due_on": FRIDAY, "ladder": LADDER}
    found = climb_of(today=date(2026, 12, 24), **given_)  # type: ignore[arg-type]
    assert found is not None
    assert (found.since, found.following) == (date(2026, 12, 21), "leaders")
    assert found.following_on == date(2026, 12, 28)
    last = climb_of(today=date(2027, 6, 1), **given_)  # type: ignore[arg-type]
    assert last is not None
    assert (last.rung, last.following, last.following_on) == ("public", None, None)


@given(due=DAYS, ladder=LADDERS, days=st.tuples(st.integers(-9, 90), st.integers(0, 90)), **CASES)
def test_time_alone_never_brings_a_case_down(
    due: date, ladder: Ladder, days: tuple[int, int], state: str, dissatisfied: bool
) -> None:
    def height(day: date) -> int:
        words = {"state": state, "due_on": due.isoformat(), "ladder": ladder}
        found = climb_of(today=day, dissatisfied=dissatisfied, **words)  # type: ignore[arg-type]
        return RUNGS.index(found.rung) if found else -1

    day = due + timedelta(days=days[0])
    assert height(day) <= height(day + timedelta(days=days[1]))


@given(due=DAYS, ladder=LADDERS, days=st.integers(-90, 900), **CASES)
def test_what_is_in_time_or_answered_is_on_no_rung(
    due: date, ladder: Ladder, days: int, state: str, dissatisfied: bool
) -> None:
    found = climb_of(
        state=state,
        due_on=due.isoformat(),
        today=due + timedelta(days=days),
        ladder=ladder,
        dissatisfied=dissatisfied,
    )
    answered = state in {"closed", "dismissed"} or (state == "published" and not dissatisfied)
    assert (found is None) == (days <= 0 or answered)


@given(due=DAYS, ladder=LADDERS, days=st.integers(1, 200), **CASES)
def test_each_climb_is_told_before_and_happens_on_a_working_day(
    due: date, ladder: Ladder, days: int, state: str, dissatisfied: bool
) -> None:
    words = {"state": state, "due_on": due.isoformat(), "ladder": ladder}
    words["dissatisfied"] = dissatisfied
    found = climb_of(today=due + timedelta(days=days), **words)  # type: ignore[arg-type]
    if found is None:
        return
    assert found.since <= due + timedelta(days=days)
    if found.following_on is None:
        assert found.rung == "public"
        return
    assert is_workday(found.following_on)
    before = climb_of(today=found.following_on - timedelta(days=1), **words)  # type: ignore[arg-type]
    then = climb_of(today=found.following_on, **words)  # type: ignore[arg-type]
    assert before is not None
    assert then is not None
    assert (before.rung, then.rung) == (found.rung, found.following)
    assert then.since == found.following_on


@given(**CASES)
def test_without_a_deadline_nothing_climbs(state: str, dissatisfied: bool) -> None:
    assert rung(state, "2036-01-01", due=None, dissatisfied=dissatisfied) == ""
    assert waits_for(state, dissatisfied=dissatisfied) in {None, "unit", "office"}
