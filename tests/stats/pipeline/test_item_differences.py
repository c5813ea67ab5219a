"""Items of a unit held against the mean of its class, by the pipeline that publishes."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.decisions import DecisionsPlan
from survey.stats.campaign.figures import ItemDifference
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import InvitedCounty, invited_county

SPREAD = (0.4, 0.0)


def county(seed: int, *, spread: tuple[float, float] = SPREAD, n: int = 60) -> InvitedCounty:
    return invited_county(seed, level=80, n=n, n_groups=1, spread=spread)


@pytest.fixture(scope="module")
def result() -> AppraisalResult:
    return appraised(county(3))


def appraised(of: InvitedCounty, **plan: object) -> AppraisalResult:
    return appraise(replace(of.plan, rank_draws=500, **plan), of.sample)  # type: ignore[arg-type]


def of_item(result: AppraisalResult, item_id: str) -> list[ItemDifference]:
    return [one for one in result.item_differences if one.item_id == item_id]


def test_an_item_is_held_against_the_mean_of_the_class(result: AppraisalResult) -> None:
    items = dict.fromkeys(one.item_id for one in result.item_differences)
    assert len(result.item_differences) == len(items) * len(result.units)
    for item_id in items:
        told = of_item(result, item_id)
        mean = np.mean([one.score for one in told])
        assert [one.mean for one in told] == pytest.approx([mean] * len(told))
        assert sum(one.difference for one in told) == pytest.approx(0, abs=1e-8)
        assert all(one.lower < one.difference < one.upper for one in told)


def test_its_score_is_that_of_the_groups_items(result: AppraisalResult) -> None:
    groups = {group.unit_code: group for group in result.groups}
    for one in result.item_differences:
        item = next(i for i in groups[one.unit_code].items if i.item_id == one.item_id)
        assert one.score == pytest.approx(item.score)


def test_nobody_is_named_whose_interval_reaches_the_mean(result: AppraisalResult) -> None:
    sides = {one.side for one in result.item_differences}
    assert sides == {"above", "below", None}
    for one in result.item_differences:
        sure = "above" if one.lower > 0 else "below" if one.upper < 0 else None
        assert one.side in (None, sure)


def test_a_smaller_error_rate_names_fewer() -> None:
    named = [
        sum(one.side is not None for one in appraised(county(3), decisions=plan).item_differences)
        for plan in (DecisionsPlan(), DecisionsPlan(error_rate=1e-9))
    ]
    assert named[0] > named[1]


def test_of_units_that_are_all_alike_hardly_any_item_is_named() -> None:
    named = [
        any(one.side for one in appraised(county(seed, spread=(0.0, 0.0))).item_differences)
        for seed in range(30)
    ]
    assert sum(named) <= 5  # each with a chance of 5 %: more than 5 of 30 once in 600


def test_the_only_unit_of_a_class_is_held_against_nothing() -> None:
    of = county(3)
    codes = [entry.unit_code for entry in of.plan.units]
    alone = replace(of.plan.units[0], class_code="ALONE")
    classes = (*of.plan.classes, replace(of.plan.classes[0], class_code="ALONE"))
    found = appraised(of, units=(alone, *of.plan.units[1:]), classes=classes)
    assert {one.unit_code for one in found.item_differences} == set(codes[1:])
