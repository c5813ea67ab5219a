"""Groups corrected for who answered by slopes that the units of a class share."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.class_margins import FEWEST, fit_class_margin
from survey.stats.campaign.plan import MarginPlan, Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import POINTS, corrections, small_plan, small_sample, some_of

UNITS, EACH = 6, 40
SEXES = MarginPlan(variable="sex", categories=("male", "female"), totals=(500.0, 500.0))
AGES = MarginPlan(
    variable="age4", categories=("18-29", "30-44", "45-59", "60+"), totals=(20.0, 25.0, 30.0, 25.0)
)
QUIET = {"weigh_carelessness": False, "cap_collusion": False}
WORTH = np.array(POINTS)


def plan(*margins: MarginPlan, **changes: object) -> Plan:
    wanted = corrections(**QUIET | {"calibration": "pooled_slopes"} | changes)
    return small_plan(n_units=UNITS, groups=(100,), margins=margins, **wanted)


def answered(seed: int = 0, *, women: float = 0.2) -> Sample:
    """Women rate a step higher, and answer less often."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(UNITS), EACH)
    sex = (rng.random(unit.size) < women).astype(np.int8)
    latent = 3.2 + 0.2 * unit[:, None] / UNITS + sex[:, None] + rng.normal(0, 0.7, (unit.size, 2))
    return small_sample(
        np.clip(np.rint(latent), 1, 5).astype(int).tolist(), unit=unit, sex=sex,
        age=rng.integers(1, 5, unit.size), submitted_at=1_796_000_400 + 977 * np.arange(unit.size),
    )  # fmt: skip


def scores(found: AppraisalResult, step: str) -> np.ndarray:
    return np.array(next(s.unit_scores for s in found.steps if s.name == step), dtype=float)


def test_the_score_is_the_mean_moved_by_who_answered() -> None:
    sample = answered()
    found = appraise(plan(SEXES), sample)
    y = WORTH[sample.items] @ np.array([0.6, 0.4])
    here = sample.unit[:, None] == np.arange(UNITS)
    mean = np.array([y[column].mean() for column in here.T])
    women = np.array([sample.sex[column].mean() for column in here.T])
    x = sample.sex - women[sample.unit]
    slope = float(x @ (y - mean[sample.unit]) / (x @ x))
    assert slope > 10
    assert scores(found, "trusted") == pytest.approx(mean)
    assert scores(found, "weighted") == pytest.approx(mean + (0.5 - women) * slope)
    assert {(group.method, group.margins) for group in found.groups} == {
        ("pooled_slopes", ("sex",))
    }


def test_item_scores_make_up_the_group_score() -> None:
    for group in appraise(plan(SEXES, AGES), answered(1)).groups:
        first, second = (item.score for item in group.items)
        assert group.score == pytest.approx(0.6 * first + 0.4 * second)


def test_every_answer_keeps_its_weight() -> None:
    found = appraise(plan(SEXES, AGES), answered(2))
    assert [unit.design_effect for unit in found.units] == pytest.approx([1] * UNITS)


def test_the_plan_can_have_each_unit_raked_by_itself() -> None:
    found = appraise(plan(SEXES, calibration="raking"), answered(3))
    assert {group.method for group in found.groups} == {"raking"}
    assert all(unit.design_effect > 1.05 for unit in found.units)


def test_who_did_not_say_is_not_corrected() -> None:
    sample = answered(4)
    silent = replace(sample, sex=np.full_like(sample.sex, 2))
    found = appraise(plan(SEXES), silent)
    assert scores(found, "weighted") == pytest.approx(scores(found, "trusted"))


def test_the_invited_are_corrected_by_slopes_of_their_own() -> None:
    """Whatever comes through the open entrance, a firm group's score stays to the last digit."""
    sample = answered(5, women=0.3)
    invited = replace(sample, channel=np.ones_like(sample.channel))
    flood = answered(6, women=0.9)
    praised = np.repeat(np.where(flood.sex == 1, 1, 5), 2).reshape(-1, 2)
    both = small_sample(
        [*invited.items.tolist(), *praised.tolist()], channel=np.repeat([1, 0], invited.sex.size),
        unit=np.tile(invited.unit, 2), sex=np.concatenate([invited.sex, flood.sex]),
    )  # fmt: skip
    invited = some_of(both, both.channel == 1)
    wanted = plan(SEXES, min_units=UNITS + 1)
    alone, flooded = appraise(wanted, invited), appraise(wanted, both)
    assert [u.estimate for u in flooded.units] == [u.estimate for u in alone.units]
    assert [u.se for u in flooded.units] == [u.se for u in alone.units]


def test_others_move_a_unit_by_no_more_than_who_answered() -> None:
    sample = answered(8)
    sample.sex[sample.unit == 5] = np.arange(EACH) % 2
    items = sample.items.copy()
    items[(sample.unit == 0) & (sample.sex == 1)] = 1
    before, after = (
        scores(appraise(plan(SEXES), answers), "weighted")
        for answers in (sample, replace(sample, items=items))
    )
    women = np.array([sample.sex[sample.unit == unit].mean() for unit in range(1, UNITS)])
    moved = (after - before)[1:]
    assert moved[-1] == pytest.approx(0)
    assert moved == pytest.approx((0.5 - women) * moved[0] / (0.5 - women[0]))
    assert moved.min() < -1


def test_two_units_are_raked_each_by_itself() -> None:
    sample = answered(9)
    few = some_of(sample, sample.unit < 2)
    assert {group.method for group in appraise(plan(SEXES), few).groups[:2]} == {"raking"}


def test_units_of_another_class_have_no_part_in_it() -> None:
    sample = answered(7)
    whole = plan(SEXES)
    apart = tuple(
        replace(unit, class_code="AB"[place % 2]) for place, unit in enumerate(whole.units)
    )
    classes = tuple(replace(whole.classes[0], class_code=code) for code in "AB")
    found = appraise(replace(whole, units=apart, classes=classes), sample)
    own = appraise(whole, some_of(sample, sample.unit % 2 == 0))
    assert scores(found, "weighted")[::2] == pytest.approx(scores(own, "weighted")[::2])


def fitted(known: list[MarginPlan], codes: list[int], unit: list[int] | None = None):  # type: ignore[no-untyped-def]
    place = np.zeros(len(codes), dtype=np.intp) if unit is None else np.array(unit)
    return fit_class_margin(
        known, categories=known[0].categories, codes=np.array(codes), unit=place,
        weights=np.ones(len(codes)),
    )  # fmt: skip


def test_ages_of_few_answers_go_with_their_neighbour() -> None:
    margin, notices, of_units = fitted([AGES], [0] * FEWEST + [1] * FEWEST + [2] * FEWEST + [3] * 3)
    assert margin.known[0] == pytest.approx([0.2, 0.25, 0.55, 0])
    assert margin.codes[-1] == 2
    (notice,) = notices
    assert (notice.code, notice.values["category"], notice.values["n"]) == (
        "category_few",
        "60+",
        3,
    )
    assert of_units == {}


def test_categories_without_order_are_not_corrected_for_if_few() -> None:
    margin, (notice,), _ = fitted([SEXES], [0] * FEWEST + [1] * (FEWEST - 1))
    assert margin is None
    assert (notice.code, notice.values["why"]) == ("margin_dropped", "few")


def test_a_category_that_nobody_of_the_unit_lives_in_counts_as_not_said() -> None:
    rural = replace(SEXES, totals=(0.0, 1000.0))
    n = 2 * FEWEST
    margin, notices, of_units = fitted(
        [SEXES, rural], [0, 1] * n + [1, 1, 1, 0], [0] * 2 * n + [1] * 4
    )
    assert margin.codes[-1] == 2
    assert margin.known[1] == pytest.approx([0, 0.75, 0.25])
    assert notices == []
    assert of_units[1].code == "structural_zero_claimed"
