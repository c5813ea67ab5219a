"""The ten worked examples, by the code that scores a campaign and to the last digit."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey.stats.campaign.plan import ConversionPlan, MarginPlan
from survey.stats.campaign.sample import SEXES
from survey.stats.campaign.scoring import (
    competition_ranks,
    grade_of,
    points_of,
    round_half_up,
    unit_scores,
)
from survey.stats.pipeline.appraise import appraise
from survey.stats.pipeline.weighting import weigh_domain
from tests.stats.small_county import GRADES, small_plan, small_sample

EXAMPLES = {
    example["id"]: example
    for example in json.loads(
        (Path(__file__).parents[1] / "anlan" / "worked_examples.json").read_text("utf-8")
    )
}


def shown(value: float, digits: int = 4) -> str:
    return str(round_half_up(value, digits=digits))


def scored(example: dict[str, Any]) -> Any:
    coefficients = list(example["items"].values())
    answers = [[row[item] for item in example["items"]] for row in example["answers"]]
    plan = small_plan(n_units=1, coefficients=coefficients, groups=(100,))
    return appraise(plan, small_sample(answers))


def test_e1_items_first_without_weights() -> None:
    expected = EXAMPLES["E1"]["expect"]
    (group,) = scored(EXAMPLES["E1"]).groups
    assert [shown(item.score) for item in group.items] == [expected["I1"], expected["I2"]]
    assert shown(group.score, 2) == expected["group_score"]


def test_e2_dont_know_leaves_the_denominator() -> None:
    expected = EXAMPLES["E2"]["expect"]
    appraisal = scored(EXAMPLES["E2"])
    (group,) = appraisal.groups
    assert [shown(item.score) for item in group.items] == [expected["I1"], expected["I2"]]
    assert shown(group.score, 2) == expected["group_score"]
    rates = [f"{shown(100 * item.awareness_rate, 2)}%" for item in group.items]
    assert rates == [expected["awareness_I1"], expected["awareness_I2"]]
    assert group.n == expected["valid_n"]
    assert appraisal.screening.rules_of(1) == ("V05",)


def test_e3_post_stratification() -> None:
    example, expected = EXAMPLES["E3"], EXAMPLES["E3"]["expect"]
    sexes = MarginPlan(variable="sex", categories=SEXES[:2], totals=(60.0, 40.0))
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,), margins=(sexes,))
    sample = small_sample(
        [[row["I1"]] for row in example["answers"]],
        sex=[SEXES.index(row["sex"]) for row in example["answers"]],
    )
    appraisal = appraise(plan, sample)
    (group,) = appraisal.groups
    assert shown(appraisal.steps[1].unit_scores[0], 2) == expected["unweighted"]
    assert shown(group.score, 2) == expected["weighted"]
    assert shown(group.effective_n) == expected["kish_effective_n"]
    weighting = weigh_domain(
        sample=sample, townships=plan.townships, rows=np.arange(4), group=plan.groups[0],
        margins=plan.populations[0].margins,
    )  # fmt: skip
    # The example's weights sum to the sample; ours to the population of 100.
    weights = [shown(weight * 4 / 100) for weight in weighting.weights]
    assert weights == expected["weights"]


def test_e4_a_short_group_leaves_its_coefficient_to_the_others() -> None:
    example = EXAMPLES["E4"]
    groups = example["groups"]
    units = unit_scores(
        group_score=np.array([[float(group["score"]) for group in groups]]),
        n_valid=np.array([[group["n"] for group in groups]]),
        min_valid=np.array([group["min"] for group in groups]),
        coefficients=np.array([[float(group["weight"]) for group in groups]]),
        min_covered=60,
    )
    assert shown(units.score[0], 2) == example["expect"]["unit_score"]
    assert units.group_weight_used[0] == example["expect"]["group_weight_used"]
    assert units.covered[0]


@pytest.mark.parametrize(("value", "expected"), EXAMPLES["E5"]["cases"])
def test_e5_rounding_is_decimal_half_up(value: str, expected: str) -> None:
    assert str(round_half_up(Decimal(value), digits=2)) == expected
    # The same from a float, whose binary value may lie just below the tie.
    assert str(round_half_up(float(value), digits=2)) == expected


def test_e6_ties_share_a_rank_and_skip_the_next() -> None:
    example = EXAMPLES["E6"]
    ranks = competition_ranks([Decimal(score) for score in example["scores"].values()])
    assert dict(zip(example["scores"], ranks, strict=True)) == example["expect"]


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("direct", "direct"),
        ("ratio_to_best", "ratio_to_best"),
        ("rank_step", "rank_step_2percent"),
    ],
)
def test_e7_conversion_to_points(method: Any, key: str) -> None:
    points = points_of(
        Decimal("87.88"),
        rank=3,
        best=Decimal("92.50"),
        conversion=ConversionPlan(method=method, full_points=20, step=0.02),
        digits=2,
    )
    assert str(points) == EXAMPLES["E7"]["expect"][key]


@pytest.mark.parametrize(("score", "grade"), EXAMPLES["E8"]["expect"])
def test_e8_grade_follows_the_published_score(score: str, grade: str) -> None:
    exact, _, published = score.partition(" -> ")
    rounded = round_half_up(Decimal(exact), digits=2)
    assert str(rounded) == (published or exact)
    assert grade_of(rounded, GRADES).zh == grade


def test_e9_structural_zero_neither_fails_nor_passes_in_silence() -> None:
    sexes = MarginPlan(variable="sex", categories=SEXES[:2], totals=(50.0, 50.0))
    places = MarginPlan(variable="residence", categories=("urban", "rural"), totals=(0.0, 100.0))
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,), margins=(sexes, places))
    sample = small_sample([[5], [4], [3], [4]], sex=[0, 1, 0, 1], residence=[1, 1, 1, 0])
    appraisal = appraise(plan, sample)
    (group,) = appraisal.groups
    assert shown(group.score, 2) == "80.00"
    notice = next(n for n in appraisal.notices if n.code != "unprotected")
    assert notice.code == "structural_zero_claimed"
    assert notice.values == {"variable": "residence", "n": 1, "categories": ("urban",)}


def test_e10_an_empty_level_is_merged_with_its_neighbour_visibly() -> None:
    ages = MarginPlan(
        variable="age4",
        categories=("18-29", "30-44", "45-59", "60+"),
        totals=(10.0, 20.0, 30.0, 40.0),
    )
    plan = small_plan(n_units=1, coefficients=(100,), groups=(100,), margins=(ages,))
    appraisal = appraise(plan, small_sample([[5], [4], [3]], age=[1, 2, 3]))
    (group,) = appraisal.groups
    assert shown(group.score, 2) == "68.00"  # (10·100 + 20·80 + 70·60) / 100
    notice = next(n for n in appraisal.notices if n.code != "unprotected")
    assert notice.code == "category_merged"
    assert notice.values == {"variable": "age4", "category": "60+", "neighbour": "45-59"}
