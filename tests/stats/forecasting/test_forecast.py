"""Forecasts of fieldworks whose end is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.forecasting import DailyCounts, Forecast, cheapest_remedy, forecast
from survey.stats.forecasting.daily_counts import DailyCountsError
from survey.stats.forecasting.remedy import NONE
from survey.stats.simulation import MANNERS
from survey.stats.simulation.fieldworks import draw_fieldwork

DAYS = 20


def posters(levels: list[float], seen: int, *, half_life: float = 6.0) -> DailyCounts:
    """Posters that bring exactly what is expected of them."""
    day = np.arange(seen)
    answers = np.round(np.outer(levels, 0.5 ** (day / half_life)))
    sent = np.zeros_like(answers)
    sent[:, 0] = 1
    series = np.arange(len(levels))
    return DailyCounts(
        answers=answers,
        sent=sent,
        reminded=np.zeros_like(answers),
        kind=np.zeros(len(levels), dtype=np.intp),
        takes_codes=np.zeros(len(levels), dtype=np.bool_),
        cell=series,
        pool=np.zeros(len(levels), dtype=np.intp),
        first_weekday=0,
        days=DAYS,
    )


def drawn(day: int, number: int = 0) -> DailyCounts:
    return draw_fieldwork(MANNERS["usual"], np.random.default_rng(number)).until(day)


def test_a_fieldwork_that_dies_away_evenly_is_carried_on() -> None:
    levels = [40.0, 80.0, 20.0]
    whole = posters(levels, DAYS).answers.sum(axis=1)
    found = forecast(posters(levels, 10))
    lower, upper = found.interval(0.95)
    assert ((lower <= whole) & (whole <= upper)).all()
    assert found.final == pytest.approx(whole, rel=0.1)
    # All of them go the same way: as much of each is in.
    assert np.ptp(found.by_now) < 0.01
    assert found.by_now[0] == pytest.approx(found.seen[0] / whole[0], abs=0.08)


def test_on_the_last_day_nothing_is_left_to_come() -> None:
    found = forecast(posters([40.0, 9.0], DAYS))
    assert (found.final == found.seen).all()
    assert (np.concatenate(found.interval(0.8)) == np.tile(found.seen, 2)).all()


def test_a_poster_that_is_gone_is_expected_to_stay_so_and_the_others_are_not() -> None:
    counts = posters([30.0] * 6, 12)
    answers = counts.answers.copy()
    answers[0, 5:] = 0
    found = forecast(replace(counts, answers=answers))
    assert found.ahead[0] < found.ahead[1] / 5


def test_a_burst_does_not_raise_what_is_to_come_by_much() -> None:
    counts = posters([12.0] * 10, 10)
    answers = counts.answers.copy()
    answers[0, 4] += 150
    usual, burst = forecast(counts), forecast(replace(counts, answers=answers))
    assert burst.ahead[0] < 2 * usual.ahead[0]


def test_codes_that_went_out_late_are_still_young() -> None:
    answers, sent = np.zeros((4, 8)), np.zeros((4, 8))
    course = np.array([20.0, 14, 10, 7, 5, 4, 3, 2])
    sent[:3, 0] = sent[3, 5] = 200
    answers[:3], answers[3, 5:] = course, course[:3]
    counts = replace(
        posters([1.0] * 4, 8),
        answers=answers,
        sent=sent,
        reminded=np.zeros_like(sent),
        kind=np.ones(4, dtype=np.intp),
        takes_codes=np.ones(4, dtype=np.bool_),
    )
    found = forecast(counts)
    assert found.ahead[3] > 1.5 * found.ahead[0]


def test_a_reminder_brings_answers_after_it() -> None:
    counts = drawn(12, 3)
    assert counts.reminded.any()
    without = forecast(replace(counts, reminded=np.zeros_like(counts.reminded)))
    assert (forecast(counts).final != without.final).any()


@settings(max_examples=15)
@given(st.integers(0, 50), st.integers(5, 19))
def test_intervals_lie_in_each_other_and_above_what_is_in(number: int, day: int) -> None:
    found = forecast(drawn(day, number))
    (low, high), (lower, upper) = found.interval(0.8), found.interval(0.95)
    assert (found.seen <= lower).all()
    assert (lower <= low).all()
    assert (high <= upper).all()
    assert (low < high).all()
    assert ((found.by_now > 0) & (found.by_now <= 1)).all()


@settings(max_examples=15)
@given(st.integers(0, 50))
def test_the_order_of_series_says_nothing(number: int) -> None:
    counts = drawn(9, number)
    order = np.random.default_rng(number).permutation(counts.cell.size)
    rows = ("answers", "sent", "reminded", "kind", "takes_codes", "cell", "pool")
    mixed = replace(counts, **{name: getattr(counts, name)[order] for name in rows})
    assert forecast(mixed).final == pytest.approx(forecast(counts).final)


def test_scores_have_no_way_in_and_inputs_stay_as_they_were() -> None:
    counts = drawn(9)
    before = counts.answers.copy()
    forecast(counts)
    assert (counts.answers == before).all()
    assert not {"scores", "items", "points"} & set(DailyCounts.__dataclass_fields__)


def test_arrays_that_do_not_fit_are_refused() -> None:
    counts = posters([3.0, 4.0], 5)
    for wrong in ({"days": 4}, {"sent": counts.sent[:, :3]}, {"cell": np.arange(3)}):
        with pytest.raises(DailyCountsError, match="daily_counts"):
            replace(counts, **wrong)


def ending(final: list[float], per_code: list[float]) -> Forecast:
    seen = np.array(final)
    nothing = np.zeros_like(seen)
    return Forecast(
        seen=seen,
        ahead=nothing,
        variance=nothing,
        by_now=nothing,
        per_code=np.array(per_code),
    )


def test_the_remedy_is_the_fewest_codes_of_the_channel_that_brings_most() -> None:
    counts = replace(
        posters([1.0] * 5, 4), cell=np.array([0, 1, 1, 2, 3]), takes_codes=np.ones(5, dtype=bool)
    )
    remedy = cheapest_remedy(
        counts,
        ending([12.0, 20.0, 40.0, 1.0], [0.25, 0.1, 0.2, 0.3, 0.01]),
        minimum=np.array([20.0, 30.0, 30.0, 10.0]),
    )
    assert remedy.short.tolist() == [True, True, False, True]
    assert remedy.series.tolist() == [0, 2, NONE, NONE]  # the last has no time left for codes
    assert remedy.codes.tolist() == [40.0, 50.0, 0.0, 0.0]  # 8 / 0.25 and 10 / 0.2, in tens
    assert remedy.after == pytest.approx([22.0, 30.0, 40.0, 1.0])
