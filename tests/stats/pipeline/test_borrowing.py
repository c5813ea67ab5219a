"""Groups of a unit that borrow in an appraisal: what it does, and what no open answer can."""

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.campaign.corrections import BorrowingPlan
from survey.stats.campaign.plan import Plan, PlanError
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.pipeline import test_open_box as box
from tests.stats.small_county import corrections, small_plan, small_sample

UNITS = 10
PLAIN = {"weigh_carelessness": False}
NUMBERS = (60, 20, 12)


def borrowing(plan: Plan) -> Plan:
    return replace(plan, borrowing=BorrowingPlan(method="groups"))


def plan(*, units: int = UNITS, **changes: object) -> Plan:
    wanted = corrections(**PLAIN | changes)
    return small_plan(
        n_units=units, coefficients=(100,), groups=(50, 30, 20), min_valid=8, **wanted
    )


def county(
    *, units: int = UNITS, coached: tuple[int, int] | None = None, off: float = 0.0
) -> Sample:
    """Give invited answers of three groups; one group of one unit may answer all 5, or be off."""
    rng = np.random.default_rng(4)
    level = 3.4 + 0.4 * rng.standard_normal((units, 1)) + 0.1 * rng.standard_normal((units, 3))
    level[1, 1] += off
    unit, group = (
        np.repeat(place.reshape(-1), np.tile(NUMBERS, units)) for place in np.indices((units, 3))
    )
    answers = np.clip(np.rint(level[unit, group] + 0.7 * rng.standard_normal(unit.size)), 1, 5)
    if coached:
        answers[(unit == coached[0]) & (group == coached[1])] = 5
    return small_sample(
        answers[:, None].astype(int).tolist(), unit=unit, group=group, channel=[1] * unit.size
    )


def said(appraisal: AppraisalResult, code: str) -> list[tuple[str, str]]:
    return [(n.unit_code, n.group_code) for n in appraisal.notices if n.code == code]


@cache
def both() -> tuple[AppraisalResult, AppraisalResult]:
    return appraise(plan(), county()), appraise(borrowing(plan()), county())


def test_the_page_gets_each_score_undrawn_and_drawn() -> None:
    plain, drawn = both()
    assert plain.borrowing == ()
    assert [step.name for step in drawn.steps][-1] == "borrowed"
    assert len(drawn.borrowing) == UNITS
    before = {(one.unit_code, one.group_code): one for one in plain.groups}
    after = {(one.unit_code, one.group_code): one for one in drawn.groups}
    for told, unit, undrawn in zip(drawn.borrowing, drawn.units, plain.units, strict=True):
        assert (told.drawn, told.undrawn) == (unit.estimate, undrawn.estimate)
        assert (told.drawn_se, told.undrawn_se) == pytest.approx((unit.se, undrawn.se))
        for group in told.groups:
            key = told.unit_code, group.group_code
            assert (group.undrawn, group.drawn) == (before[key].score, after[key].score)
            assert (group.undrawn_se, group.drawn_se) == pytest.approx(
                (before[key].se, after[key].se)
            )
            assert group.drawn_se < group.undrawn_se
            assert 0 < group.lent < 1
    lent = np.array([[group.lent for group in told.groups] for told in drawn.borrowing])
    assert (np.diff(lent.mean(axis=0)) > 0).all()  # the fewer answers, the more is lent
    assert said(drawn, "unit_drawn") == [(unit.unit_code, "") for unit in drawn.units]
    assert said(drawn, "groups_borrow") == [("", "")]


def test_a_unit_score_is_that_of_its_drawn_groups_and_its_error_knows_they_hang_together() -> None:
    _, drawn = both()
    part = {"G1": 0.5, "G2": 0.3, "G3": 0.2}
    for told in drawn.borrowing:
        assert told.drawn == pytest.approx(sum(part[g.group_code] * g.drawn for g in told.groups))
        apart = np.sqrt(sum((part[g.group_code] * g.drawn_se) ** 2 for g in told.groups))
        assert apart < told.drawn_se < 1.7 * apart


def test_a_group_that_looks_coached_is_found_as_before_and_neither_draws_nor_is_drawn() -> None:
    coached = county(coached=(1, 1))
    plain, drawn = appraise(plan(), coached), appraise(borrowing(plan()), coached)
    assert [case.rows for case in plain.cases] == [case.rows for case in drawn.cases]
    assert said(drawn, "coached_undrawn") == [("U2", "G2")]
    told = drawn.borrowing[1]
    group = told.groups[1]
    assert (group.state, group.drawn, group.lent) == ("coached", group.undrawn, 0.0)
    assert group.others is None
    left = ~((coached.unit == 1) & (coached.group == 1))
    without = small_sample(
        coached.items[left].tolist(), unit=coached.unit[left], group=coached.group[left],
        channel=[1] * int(left.sum()),
    )  # fmt: skip
    rest = appraise(borrowing(plan()), without).borrowing[1]
    assert [one.group_code for one in rest.groups] == ["G1", "G3"]
    for mine, other in zip((told.groups[0], told.groups[2]), rest.groups, strict=True):
        assert mine.drawn == pytest.approx(other.drawn, abs=1e-9)


def test_a_group_far_off_is_said_to_stand_apart() -> None:
    drawn = appraise(borrowing(plan(cap_collusion=False)), county(off=-1.6))
    assert said(drawn, "group_apart") == [("U2", "G2")]
    group = drawn.borrowing[1].groups[1]
    assert group.state == "apart"
    assert group.others is not None
    assert abs(group.drawn - group.undrawn) < 0.25 * abs(group.others - group.undrawn)


def test_a_class_of_few_units_or_a_plan_that_holds_nothing_stays_as_measured() -> None:
    few = appraise(borrowing(plan(units=4)), county(units=4))
    assert said(few, "borrowing_few") == [("", "")]
    assert few.borrowing == ()
    plain = appraise(plan(units=4), county(units=4))
    assert few.units == plain.units
    pooled = appraise(borrowing(plan(combination="pooled")), county())
    assert said(pooled, "borrowing_unheld") == [("", "")]
    assert pooled.units == appraise(plan(combination="pooled"), county()).units


def test_two_models_do_not_draw_the_same_score() -> None:
    with pytest.raises(PlanError) as refused:
        borrowing(plan(small_areas="assisted"))
    assert refused.value.reason == "drawn_twice"


def test_a_plan_without_it_is_stored_as_it_was_and_one_with_it_comes_back() -> None:
    assert "borrowing" not in plan().to_dict()
    wanted = borrowing(plan())
    assert Plan.from_dict(wanted.to_dict()) == wanted
    assert wanted.digest() != plan().digest()


def test_one_false_invited_answer_moves_no_score_further_than_is_said() -> None:
    _, drawn = both()
    sample = county()
    for row in (3, 65, 85):  # of each of the first unit's groups
        items = sample.items.copy()
        items[row] = 1
        false = appraise(borrowing(plan()), replace(sample, items=items))
        (one, other) = (result.units[0].estimate or 0.0 for result in (drawn, false))
        own = drawn.raises[row]
        assert 0 < one - other <= 1.15 * own  # variances between are held fixed in what is said


def test_leaked_codes_lower_a_drawn_score_by_what_its_groups_follow_of_them() -> None:
    plain, drawn = both()
    for one, other in zip(plain.robustness, drawn.robustness, strict=True):
        assert other.leaked is not None
        assert one.leaked is not None
        assert list(other.leaked) == sorted(other.leaked)
        np.testing.assert_allclose(other.leaked, one.leaked, rtol=0.4)
        assert other.leaked != one.leaked


@cache
def empty(*, raters: bool) -> AppraisalResult:
    return appraise(borrowing(box.plan()), box.county(raters=raters))


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(box.BATCHES, st.booleans())
def test_no_open_sample_moves_a_unit_past_the_bound_from_an_empty_box(
    batches: list[box.Batch], raters: bool
) -> None:
    found = appraise(borrowing(box.plan()), box.county(batches, raters=raters))
    box.check(empty(raters=raters), found)


@pytest.mark.slow
@settings(deadline=None, max_examples=15)
@given(box.BATCHES, box.BATCHES)
def test_nor_do_any_two_open_samples_differ_by_more(
    batches: list[box.Batch], others: list[box.Batch]
) -> None:
    one, other = (
        appraise(borrowing(box.plan()), box.county(thrown)) for thrown in (batches, others)
    )
    box.check(one, other)


def test_making_a_group_combined_moves_it_no_further_than_the_limit_and_no_other_group() -> None:
    batches = [(unit, 0, mark, 8, True) for unit, mark in ((0, 2), (1, 1), (4, 1), (5, 1))]
    combined = appraise(borrowing(box.plan()), box.county(batches))
    assert [figure.group_code for figure in combined.channels] == ["G1"] * 5
    assert len(combined.borrowing) == 5
    box.check(empty(raters=False), combined)
    others = [
        [one.score for one in found.groups if one.group_code != "G1"]
        for found in (empty(raters=False), combined)
    ]
    assert others[0] == pytest.approx(others[1], abs=1e-9)


def last_time(plan_: Plan, scores: dict[str, float]) -> Plan:
    wanted = BorrowingPlan(
        method="groups", covariate="last_release", earlier=tuple(scores.items()),
        campaign="then", document="0" * 64,
    )  # fmt: skip
    return replace(plan_, borrowing=wanted)


def then_scores(units: int = UNITS) -> dict[str, float]:
    """Give a score of last time to all units but the second."""
    plain, _ = both()
    rng = np.random.default_rng(2)
    return {
        unit.unit_code: float(unit.estimate or 0) + float(rng.normal(0, 1.5))
        for place, unit in enumerate(plain.units[:units])
        if place != 1
    }


def test_scores_of_last_time_draw_and_the_unit_without_one_is_named() -> None:
    _, drawn = both()
    told = appraise(last_time(plan(), then_scores()), county())
    assert said(told, "earlier_scores_used") == [("", "")]
    assert said(told, "no_earlier_score") == [("U2", "")]
    notice = next(n for n in told.notices if n.code == "earlier_scores_used")
    values = dict(notice.notice.values)
    assert values["n"] == UNITS - 1
    assert 0.5 < float(str(values["slope"])) < 1.5
    for now, before in zip(told.borrowing, drawn.borrowing, strict=True):
        assert now.undrawn == before.undrawn
        assert now.drawn != before.drawn
    known = [i for i in range(UNITS) if i != 1]
    assert np.mean([told.borrowing[i].drawn_se for i in known]) < np.mean(
        [drawn.borrowing[i].drawn_se for i in known]
    )


def test_of_too_few_scores_of_last_time_nothing_is_told() -> None:
    _, drawn = both()
    told = appraise(last_time(plan(), then_scores(units=8)), county())
    assert said(told, "earlier_scores_few") == [("", "")]
    assert told.units == drawn.units
    same = appraise(last_time(plan(), dict.fromkeys(then_scores(), 80.0)), county())
    assert said(same, "earlier_scores_few") == [("", "")]
    assert same.units == drawn.units


def test_a_plan_keeps_scores_of_last_time_with_where_they_come_from() -> None:
    wanted = last_time(plan(), then_scores())
    assert Plan.from_dict(json.loads(wanted.canonical())) == wanted
    assert wanted.digest() != borrowing(plan()).digest()
    assert borrowing(plan()).to_dict()["borrowing"] == {"method": "groups"}
    with pytest.raises(PlanError) as refused:
        last_time(plan(), {})
    assert refused.value.reason == "covariate_of_nothing"
