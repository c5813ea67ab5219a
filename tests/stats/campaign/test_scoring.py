from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.stats.campaign.plan import ConversionPlan
from survey.stats.campaign.scoring import (
    awareness,
    competition_ranks,
    grade_of,
    grades_within,
    group_scores,
    influence,
    points_of,
    round_half_up,
    unit_scores,
)
from tests.stats.small_county import GRADES, POINTS


def scores(items: list[list[int]], weights: list[float], coefficients: list[float]):
    return group_scores(
        items=np.array(items, dtype=np.int8),
        points=POINTS,
        weights=np.array(weights),
        domain=np.zeros(len(items), dtype=np.intp),
        coefficients=np.array([coefficients]),
    )


def test_weights_count_in_item_scores() -> None:
    result = scores([[5, 3], [1, 3]], [3, 1], [50, 50])
    assert result.item_score.tolist() == [[75, 60]]
    assert result.score[0] == 67.5
    assert result.effective_n[0] == pytest.approx(1.6)


def test_an_item_nobody_rated_leaves_its_coefficient_to_the_others() -> None:
    result = scores([[5, 0], [4, -1]], [1, 1], [60, 40])
    assert result.score[0] == 90
    assert np.isnan(result.item_score[0, 1])


def test_a_domain_without_a_rating_has_no_score() -> None:
    result = scores([[0, 0]], [1], [60, 40])
    assert np.isnan(result.score[0])
    assert result.n[0] == 1


def test_weight_zero_does_not_count() -> None:
    result = scores([[5, 5], [1, 1]], [1, 0], [60, 40])
    assert (result.score[0], result.n[0]) == (100, 1)


def test_influence_sums_to_zero_and_follows_the_score() -> None:
    items = [[5, 3], [1, 0], [4, 4], [2, 5]]
    weights = [1.0, 2.0, 0.5, 1.5]
    before = scores(items, weights, [60, 40])
    z = influence(
        items=np.array(items, dtype=np.int8),
        points=POINTS,
        item_score=before.item_score[0],
        item_weight=before.item_weight[0],
        coefficients=np.array([60.0, 40.0]),
    )
    assert np.dot(z, weights) == pytest.approx(0, abs=1e-12)
    step = 1e-6
    for row in range(4):
        moved = [weight + step * (place == row) for place, weight in enumerate(weights)]
        after = scores(items, moved, [60, 40])
        assert (after.score[0] - before.score[0]) / step == pytest.approx(z[row], abs=1e-4)


def test_awareness_by_item_and_by_coefficients() -> None:
    by_item, whole = awareness(
        items=np.array([[5, 0], [0, 0], [4, 3], [5, 5]], dtype=np.int8),
        returned=np.array([True, True, True, False]),
        domain=np.zeros(4, dtype=np.intp),
        coefficients=np.array([[75.0, 25.0]]),
    )
    assert by_item[0] == pytest.approx([2 / 3, 1 / 3])
    assert whole[0] == pytest.approx(0.75 * 2 / 3 + 0.25 / 3)


def combined(score: list[float], n: list[int]):
    return unit_scores(
        group_score=np.array([score]),
        n_valid=np.array([n]),
        min_valid=np.array([10, 10, 10]),
        coefficients=np.array([[50.0, 30.0, 20.0]]),
        min_covered=60,
    )


def test_below_the_covered_minimum_no_score_is_published() -> None:
    units = combined([80, 70, 60], [9, 30, 30])
    assert units.group_weight_used[0] == 50
    assert not units.covered[0]
    assert combined([80, 70, 60], [30, 9, 10]).covered[0]


def test_shares_of_the_groups_used_sum_to_one() -> None:
    assert combined([80, 70, 60], [30, 9, 30]).share[0] == pytest.approx([5 / 7, 0, 2 / 7])


def test_a_unit_without_any_group_has_no_score() -> None:
    units = combined([np.nan, np.nan, np.nan], [0, 0, 0])
    assert np.isnan(units.score[0])
    assert not units.covered[0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(82125, 1000), "82.13"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-5, 1000), "-0.01"),
        (Fraction(0), "0.00"),
        (-0.005, "-0.01"),
        (86.43499999, "86.43"),
        (100.0, "100.00"),
    ],
)
def test_rounding(value: Fraction | float, expected: str) -> None:
    assert str(round_half_up(value, digits=2)) == expected


@given(st.integers(0, 10_000_000), st.integers(1, 4))
def test_a_tie_of_decimals_always_goes_up(number: int, digits: int) -> None:
    tie = Decimal(10 * number + 5).scaleb(-digits - 1)
    expected = Decimal(number + 1).scaleb(-digits)
    assert round_half_up(tie, digits=digits) == expected
    assert round_half_up(Fraction(tie), digits=digits) == expected
    assert round_half_up(float(tie), digits=digits) == expected


def test_ranks_of_nobody_and_of_all_equal() -> None:
    assert competition_ranks([]) == []
    assert competition_ranks([Decimal(80)] * 3) == [1, 1, 1]


def test_every_score_has_a_grade() -> None:
    assert grade_of(Decimal("90.00"), GRADES).en == "Excellent"
    assert grade_of(Decimal("89.99"), GRADES).en == "Good"
    assert grade_of(Decimal("0.00"), GRADES).en == "Poor"


def test_points_never_fall_below_zero_nor_divide_by_it() -> None:
    step = ConversionPlan(method="rank_step", full_points=20, step=0.02)
    assert points_of(Decimal(50), rank=60, best=Decimal(90), conversion=step, digits=2) == 0
    ratio = ConversionPlan(method="ratio_to_best", full_points=20)
    assert points_of(Decimal(0), rank=1, best=Decimal(0), conversion=ratio, digits=2) == 0


@pytest.mark.parametrize(
    ("lower", "upper", "grades"),
    [
        ("90.00", "95.00", ["Excellent"]),  # a bound that reaches a minimum earns its grade
        ("89.99", "95.00", ["Excellent", "Good"]),
        ("80.00", "89.99", ["Good"]),
        ("10.00", "99.00", ["Excellent", "Good", "Fair", "Poor"]),
        ("85.50", "85.50", ["Good"]),
    ],
)
def test_a_grade_is_certain_where_the_interval_stays_in_one_band(
    lower: str, upper: str, grades: list[str]
) -> None:
    within = grades_within(Decimal(lower), Decimal(upper), GRADES)
    assert [band.en for band in within] == grades
