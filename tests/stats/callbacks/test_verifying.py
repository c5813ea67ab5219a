"""Verification calls: against the definition, at the boundary, at the edges."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.callbacks import CHOICES, RISK, calls_to_confirm, risk
from survey.stats.callbacks import CalledAnswers, InvitedFrame, verify
from survey.stats.callbacks.betting import draws_of, upper_bound, wealth
from survey.stats.callbacks.called import CalledError
from tests.oracles.betting import REFUTED, most_won


def frame_of(points: list[float], size: list[float] | None = None) -> InvitedFrame:
    """Return answers of equal weight in the score."""
    values = np.array(points)
    return InvitedFrame(
        raises=values / values.size,
        lowers=(100 - values) / values.size,
        size=np.ones(values.size) if size is None else np.array(size),
    )


def called(n: int, *, false: tuple[int, ...] = (), missed: tuple[int, ...] = ()) -> CalledAnswers:
    """Return the first n answers called, in their order."""
    place = np.arange(n)
    return CalledAnswers(place=place, reached=~np.isin(place, missed), false=np.isin(place, false))


MIXED = [100.0, 80.0, 60.0, 30.0, 0.0] * 40


@st.composite
def situations(draw: st.DrawFn) -> dict[str, Any]:
    n = draw(st.integers(2, 14))
    points = draw(st.lists(st.integers(0, 20), min_size=n, max_size=n))
    size = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    order = draw(st.permutations(range(n)))[: draw(st.integers(1, n))]
    reached = [draw(st.booleans()) for _ in order]
    false = [draw(st.booleans()) and here for here in reached]
    return {
        "points": [Fraction(each) for each in points],
        "size": [Fraction(each) for each in size],
        "order": order,
        "reached": reached,
        "false": false,
        "most": Fraction(draw(st.integers(1, 120)), 4),
    }


@given(situations())
def test_a_stake_grows_as_the_definition_says(case: dict[str, Any]) -> None:
    if not any(case["points"]):
        return
    points = np.array([float(each) for each in case["points"]])
    frame = InvitedFrame(
        raises=points, lowers=points, size=np.array([float(each) for each in case["size"]])
    )
    calls = CalledAnswers(
        place=np.array(case["order"], dtype=np.intp),
        reached=np.array(case["reached"]),
        false=np.array(case["false"]),
    )
    expected = most_won(**case)
    found = wealth(draws_of(frame, calls, points), float(case["most"]))
    if expected is REFUTED:
        assert np.isinf(found)
    else:
        assert found == pytest.approx(float(expected), rel=1e-9)


@given(situations(), st.integers(0, 40))
def test_a_larger_sum_is_refuted_by_whatever_refutes_a_smaller_one(
    case: dict[str, Any], more: int
) -> None:
    larger = {**case, "most": case["most"] + Fraction(more, 2)}
    before, after = most_won(**case), most_won(**larger)
    assert after is REFUTED or (before is not REFUTED and before is not None and after >= before)


def test_r_wins_the_same_stake() -> None:
    """Hold the stake to what R printed.

    R: pts <- rep(c(100, 80, 60, 30, 0), 40) / 200; f <- rep(FALSE, 200); f[7] <- TRUE
    cs <- c(.65, .8, .9, .96, 1); purse <- rep(1, 5); found <- 0; best <- 1
    for (t in 1:70) { mu <- 1 - (5 - found) / (201 - t) / .5
      b <- 1 - (if (f[t]) pts[t] else 0) / .5
      purse <- purse * (1 - cs + cs * b / mu); best <- max(best, mean(purse))
      if (f[t]) found <- found + pts[t] }; print(best, digits = 12)
    """
    frame = frame_of(MIXED)
    draws = draws_of(frame, called(70, false=(6,)), frame.raises)
    assert wealth(draws, 5.0) == pytest.approx(10.3118974409, rel=1e-9)


@pytest.mark.parametrize("most", [5.0, 8.0])
@pytest.mark.parametrize("who", sorted(CHOICES))
def test_the_risk_is_held_whoever_chooses_and_whenever_he_looks(who: str, most: float) -> None:
    wrong = risk(900 + int(most), most, CHOICES[who], 0.3, units=250)
    # 250 units: beyond this with a chance of 1 in 1,000 were the risk just at its limit.
    assert wrong <= RISK + 3.1 * (RISK * (1 - RISK) / 250) ** 0.5


def test_honest_units_are_confirmed_after_so_many_calls() -> None:
    assert calls_to_confirm(900, 5.0, 0.01, 0.0, units=200)[1] <= 150
    assert calls_to_confirm(901, 8.0, 0.01, 0.0, units=200)[1] <= 55


def test_without_calls_nothing_is_told_but_how_many_it_takes() -> None:
    found = verify(frame_of(MIXED), called(0), most=5.0)
    assert (found.state, found.evidence, found.chance) == ("open", 1.0, 1.0)
    assert (found.share_upper, found.raised_upper) == (1.0, pytest.approx(54.0))
    assert found.further is not None
    assert verify(frame_of(MIXED), called(found.further), most=5.0).state == "confirmed"
    assert verify(frame_of(MIXED), called(found.further - 1), most=5.0).state == "open"


def test_bounds_are_where_a_sum_begins_to_be_refuted() -> None:
    frame, calls = frame_of(MIXED), called(80, false=(0, 40))
    found = verify(frame, calls, most=5.0)
    draws = draws_of(frame, calls, frame.raises)
    assert wealth(draws, found.raised_upper + 1e-6) * 0.05 >= 1
    assert wealth(draws, found.raised_upper - 1e-6) * 0.05 < 1
    assert 2 / 80 < found.share_upper < 0.15
    assert found.raised_upper == pytest.approx(upper_bound(draws, whole=54.0, risk=0.05))


def test_what_was_found_may_be_too_much_already() -> None:
    found = verify(frame_of(MIXED), called(120, false=tuple(range(0, 120, 5))), most=5.0)
    assert (found.state, found.further, found.n_false) == ("refuted", None, 24)
    assert found.raised_upper > 12.0


def test_a_unit_called_whole_is_known() -> None:
    found = verify(frame_of(MIXED), called(200, false=(0, 1)), most=5.0)
    assert (found.state, found.chance, found.further) == ("confirmed", 0.0, 0)
    assert found.share_upper == pytest.approx(0.01, abs=1e-9)
    assert found.raised_upper == pytest.approx(0.9, abs=1e-9)


def test_a_unit_too_small_is_confirmed_only_whole() -> None:
    frame = frame_of([100.0, 80.0, 60.0, 100.0])
    assert verify(frame, called(3), most=5.0).state == "open"
    assert verify(frame, called(3), most=5.0).further == 1
    assert verify(frame, called(4), most=5.0).state == "confirmed"


def test_whom_nobody_reached_tells_nothing_and_is_said() -> None:
    every, some = called(60), called(90, missed=tuple(range(0, 90, 3)))
    assert verify(frame_of(MIXED), some, most=5.0).n_reached == 60
    found = verify(frame_of(MIXED), some, most=5.0)
    assert found.share_unreached == pytest.approx(1 / 3 + 2 / 3 * found.share_upper)
    assert verify(frame_of(MIXED), every, most=5.0).share_unreached == pytest.approx(
        verify(frame_of(MIXED), every, most=5.0).share_upper
    )
    nobody = verify(frame_of(MIXED), called(90, missed=tuple(range(90))), most=5.0)
    assert (nobody.state, nobody.evidence) == ("open", 1.0)


def test_answers_of_more_weight_drawn_oftener_take_no_more_calls() -> None:
    rng = np.random.default_rng(5)
    weight = np.repeat([3.0, 1.0], 100)
    points = rng.choice([100.0, 80.0, 60.0], 200)
    parts = weight / weight.sum()
    frame = {"raises": parts * points, "lowers": parts * (100 - points)}
    alike = InvitedFrame(**frame, size=np.ones(200))
    matched = InvitedFrame(**frame, size=weight)
    order = np.argsort(-np.log(rng.random(200)) / weight)[:70]
    own = np.ones(70, dtype=bool)
    calls = CalledAnswers(place=order, reached=own, false=~own)
    assert verify(matched, calls, most=5.0).state == "confirmed"
    assert (verify(alike, called(0), most=5.0).further or 200) > 70


def test_further_calls_grow_with_the_share_of_false_answers() -> None:
    found = verify(frame_of(MIXED), called(40, false=(1,)), most=5.0)
    assert found.further is not None
    assert found.further_at_rate is not None
    assert 0 < found.further < found.further_at_rate


@pytest.mark.parametrize(
    ("calls", "reason"),
    [
        (CalledAnswers(place=np.array([0, 0]), reached=np.ones(2, bool), false=np.zeros(2, bool)),
         "twice"),
        (CalledAnswers(place=np.array([9]), reached=np.ones(1, bool), false=np.zeros(1, bool)),
         "place"),
        (CalledAnswers(place=np.array([0]), reached=np.zeros(1, bool), false=np.ones(1, bool)),
         "unreached"),
        (CalledAnswers(place=np.array([0]), reached=np.ones(2, bool), false=np.ones(1, bool)),
         "shapes"),
    ],
)  # fmt: skip
def test_calls_that_do_not_fit_are_refused(calls: CalledAnswers, reason: str) -> None:
    with pytest.raises(CalledError) as caught:
        verify(frame_of([100.0, 0.0]), calls, most=5.0)
    assert caught.value.full_code == f"calls_do_not_fit.{reason}"


@pytest.mark.parametrize(
    ("points", "size", "reason"),
    [([1.0], [1.0, 1.0], "shapes"), ([-1.0], [1.0], "points"), ([1.0], [0.0], "size")],
)
def test_frames_that_make_no_sense_are_refused(
    points: list[float], size: list[float], reason: str
) -> None:
    with pytest.raises(CalledError) as caught:
        InvitedFrame(raises=np.array(points), lowers=np.array(points), size=np.array(size))
    assert caught.value.reason == reason


@pytest.mark.parametrize(("most", "alpha"), [(0.0, 0.05), (5.0, 0.0), (5.0, 1.0)])
def test_points_and_risk_must_be_in_range(most: float, alpha: float) -> None:
    with pytest.raises(CalledError):
        verify(frame_of([100.0]), called(0), most=most, risk=alpha)


def test_a_unit_without_answers_has_nothing_to_confirm() -> None:
    found = verify(frame_of([]), called(0), most=5.0)
    assert (found.state, found.share_upper, found.raised_upper) == ("confirmed", 0.0, 0.0)
