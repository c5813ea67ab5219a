import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.campaign.plan import MarginPlan, Plan
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.pipeline.weighting import fit_margin, weigh_domain
from tests.stats.small_county import small_plan, small_sample

SEXES = MarginPlan(variable="sex", categories=("male", "female"), totals=(60.0, 40.0))
PLACES = MarginPlan(variable="residence", categories=("urban", "rural"), totals=(30.0, 70.0))
AGES = MarginPlan(
    variable="age4",
    categories=("18-29", "30-44", "45-59", "60+"),
    totals=(10.0, 20.0, 30.0, 40.0),
)


def weighed(plan: Plan, sample: Sample) -> DomainWeighting:
    rows = np.arange(sample.n_responses)
    return weigh_domain(
        sample=sample, townships=plan.townships, rows=rows, group=plan.groups[0],
        margins=plan.populations[0].margins,
    )  # fmt: skip


def share_of(weights: np.ndarray, here: np.ndarray) -> float:
    return float(weights[here].sum() / weights.sum())


def test_margins_are_met_and_sum_to_the_population() -> None:
    sample = small_sample([[5, 4]] * 5, sex=[0, 1, 1, 1, 0], residence=[0, 0, 1, 1, 1])
    how = weighed(small_plan(margins=(SEXES, PLACES)), sample)
    assert how.weights.sum() == pytest.approx(100)
    assert share_of(how.weights, sample.sex == 0) == pytest.approx(0.6)
    assert share_of(how.weights, sample.residence == 0) == pytest.approx(0.3)
    assert how.max_margin_error < 1e-9
    assert how.notices == ()


def test_those_who_did_not_say_keep_their_share() -> None:
    sample = small_sample([[5, 4]] * 8, sex=[0, 1, 1, 1, 2, 2, 0, 1])
    how = weighed(small_plan(margins=(SEXES,)), sample)
    assert share_of(how.weights, sample.sex == 2) == pytest.approx(0.25)
    assert share_of(how.weights, sample.sex == 0) == pytest.approx(0.75 * 0.6)
    assert how.margins[0].categories == ("male", "female", "unknown")


def test_limits_hold_where_the_margins_cannot() -> None:
    sample = small_sample([[5, 4]] * 10, sex=[0] + [1] * 9)
    how = weighed(small_plan(margins=(SEXES,), trim=(0.2, 5.0)), sample)
    # Ten people a head in the mean; one man may speak for fifty at most, not for sixty.
    assert how.weights[0] == pytest.approx(50)
    assert how.weights[1:] == pytest.approx([40 / 9] * 9)
    (notice,) = how.notices
    assert notice.code == "margins_missed"
    assert notice.values["missed"] == pytest.approx(0.1)
    assert how.max_margin_error == pytest.approx(0.1)
    assert how.calibration is None


def test_limits_that_the_margins_allow_leave_both_met() -> None:
    sample = small_sample(
        [[5, 4]] * 12,
        sex=[0] * 6 + [1] * 6,
        residence=[0] * 5 + [1] + [0] * 4 + [1] * 2,
    )
    untrimmed = weighed(small_plan(margins=(SEXES, PLACES)), sample)
    assert untrimmed.weights.max() / untrimmed.weights.mean() > 4
    limited = weighed(small_plan(margins=(SEXES, PLACES), trim=(0.05, 4.0)), sample)
    assert limited.weights.max() / limited.weights.mean() == pytest.approx(4)
    assert limited.max_margin_error < 1e-9
    assert limited.calibration is not None
    assert limited.notices == ()


def test_an_empty_level_without_order_drops_the_margin() -> None:
    how = weighed(small_plan(margins=(SEXES, PLACES)), small_sample([[5, 4]] * 3, sex=[0, 1, 0]))
    assert [margin.variable for margin in how.margins] == ["sex"]
    (notice,) = how.notices
    assert notice.code == "margin_dropped"
    assert notice.values == {"variable": "residence", "why": "empty", "categories": ("rural",)}


def test_margins_that_cannot_be_met_together_give_way_one_by_one() -> None:
    # All men are urban and all women rural, yet the shares of men and of town differ.
    sample = small_sample([[5, 4]] * 4, sex=[0, 0, 1, 1], residence=[0, 0, 1, 1])
    how = weighed(small_plan(margins=(SEXES, PLACES)), sample)
    assert [margin.variable for margin in how.margins] == ["sex"]
    assert share_of(how.weights, sample.sex == 0) == pytest.approx(0.6)
    (notice,) = how.notices
    assert (notice.code, notice.values["why"]) == ("margin_dropped", "together")


def test_nobody_left_to_balance_leaves_weights_of_one() -> None:
    how = weighed(small_plan(margins=(SEXES,)), small_sample([[5, 4]] * 2, sex=[2, 2]))
    assert how.weights.tolist() == [1, 1]
    assert how.margins == ()
    assert how.notices[0].code == "margin_dropped"


def test_empty_bands_merge_into_the_younger_neighbour_and_the_first_into_the_next() -> None:
    categories = AGES.categories
    margin, notices = fit_margin(AGES, categories=categories, codes=np.array([1, 1, 2]))
    assert margin is not None
    assert margin.categories == ("18-29,30-44", "45-59,60+")
    assert margin.totals.tolist() == [30, 70]
    assert [notice.code for notice in notices] == ["category_merged"] * 2


def test_a_band_nobody_lives_in_is_left_out_in_silence() -> None:
    ages = MarginPlan(variable="age4", categories=AGES.categories, totals=(0.0, 20.0, 30.0, 50.0))
    margin, notices = fit_margin(ages, categories=AGES.categories, codes=np.array([1, 2, 3]))
    assert margin is not None
    assert margin.categories == ("30-44", "45-59", "60+")
    assert notices == []


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.integers(4, 80))
def test_weights_are_positive_and_met_or_noticed(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    sample = small_sample(
        [[5, 4]] * n,
        sex=rng.integers(0, 3, n),
        age=rng.integers(1, 6, n),
        residence=rng.integers(0, 2, n),
    )
    how = weighed(small_plan(margins=(SEXES, AGES, PLACES), trim=(0.2, 5.0)), sample)
    assert (how.weights > 0).all()
    missed = "margins_missed" in {notice.code for notice in how.notices}
    assert missed or how.max_margin_error < 1e-9
    if how.margins:
        assert missed or how.weights.sum() == pytest.approx(100)
        assert how.weights.max() <= 5 * 100 / n * (1 + 1e-9)
