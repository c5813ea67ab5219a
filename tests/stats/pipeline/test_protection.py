"""Units whose score rests on open answers that no invited answer holds."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.plan import ConversionMethod, ConversionPlan, Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.pipeline.test_combination import INVITED, OPEN, OPEN_CHANNEL, PHONE, UNITS, county
from tests.stats.small_county import corrections, small_plan, small_sample

ORDINARY = {"weigh_carelessness": False, "cap_collusion": False}


def plan(n_units: int = 3, **changes: object) -> Plan:
    return small_plan(
        n_units=n_units, coefficients=(100,), **corrections(**ORDINARY | changes)  # type: ignore[arg-type]
    )  # fmt: skip


def residents_by(*channels: int) -> Sample:
    """Give four residents (60 %) and four invited others (40 %) per unit, best unit last."""
    answers, unit, group, channel = [], [], [], []
    for place, kind in enumerate(channels):
        answers += [[2 + place], [3 + place], [2 + place], [3 + place], [4], [3], [4], [3]]
        unit += [place] * 8
        group += [0] * 4 + [1] * 4
        channel += [kind] * 4 + [PHONE] * 4
    return small_sample(answers, unit=unit, group=group, channel=channel)


def ranks(appraisal: AppraisalResult) -> list[int | None]:
    return [unit.rank for unit in appraisal.units]


def test_a_unit_whose_residents_came_through_the_open_entrance_is_not_ranked() -> None:
    appraisal = appraise(plan(), residents_by(PHONE, PHONE, OPEN_CHANNEL))
    assert ranks(appraisal) == [2, 1, None]
    unranked = appraisal.units[2]
    assert (unranked.status, unranked.rank_lower, unranked.tier) == ("published", None, None)
    assert unranked.score is not None
    assert unranked.grade_zh
    assert str(unranked.points) == f"{unranked.score / 5:.2f}"
    (notice,) = [n for n in appraisal.notices if n.code == "not_ranked"]
    assert (notice.unit_code, notice.group_code) == ("U3", "")
    assert notice.values["part"] == pytest.approx(0.6)
    assert notice.values["points"] == pytest.approx((3, 6, 12))


def test_the_plan_may_insist_and_is_told_so() -> None:
    sample = residents_by(PHONE, PHONE, OPEN_CHANNEL)
    appraisal = appraise(plan(rank_unprotected=True), sample)
    assert ranks(appraisal) == [3, 2, 1]
    assert [n.unit_code for n in appraisal.notices if n.code == "ranked_unprotected"] == ["U3"]
    lenient = appraise(plan(unprotected_share=0.6), sample)
    assert ranks(lenient) == [3, 2, 1]
    assert not [n for n in lenient.notices if n.code in {"ranked_unprotected", "not_ranked"}]


def test_the_part_that_nothing_holds_is_counted_by_weight() -> None:
    sample = residents_by(PHONE, PHONE, PHONE)
    sample.channel[[16, 17, 18]] = OPEN_CHANNEL  # three of the four residents of U3
    wanted = plan()
    of_residents = replace(wanted.groups[0], min_valid=2)
    appraisal = appraise(replace(wanted, groups=(of_residents, *wanted.groups[1:])), sample)
    assert [figure.unreferenced_share for figure in appraisal.robustness] == pytest.approx(
        [0, 0, 0.45]
    )
    third = appraisal.robustness[2]
    assert third.shares == (0.05, 0.1, 0.2)
    score = float(appraisal.units[2].score or 0)
    assert third.raised == pytest.approx([0.45 * e * (100 - score) for e in third.shares])
    assert third.lowered == pytest.approx([0.45 * e * score for e in third.shares])
    assert (third.ranked, third.share_to_change_tier) == (False, None)


@pytest.mark.parametrize(
    ("method", "points"),
    [("direct", "16.40"), ("ratio_to_best", "20.00"), ("rank_step", None)],
)
def test_an_unranked_unit_never_is_the_best_that_points_are_measured_by(
    method: ConversionMethod, points: str | None
) -> None:
    conversion = ConversionPlan(method=method, full_points=20)
    sample = residents_by(PHONE, PHONE, OPEN_CHANNEL)
    appraisal = appraise(replace(plan(), conversion=conversion), sample)
    reference_only = appraise(
        replace(plan(n_units=2), conversion=conversion), residents_by(PHONE, PHONE)
    )  # fmt: skip
    assert [unit.points for unit in appraisal.units[:2]] == [
        unit.points for unit in reference_only.units
    ]
    found = appraisal.units[2].points
    assert (None if found is None else str(found)) == points


def test_a_class_in_which_nobody_is_ranked_has_scores_and_no_measure() -> None:
    conversion = ConversionPlan(method="ratio_to_best", full_points=20)
    appraisal = appraise(replace(plan(), conversion=conversion), residents_by(*[OPEN_CHANNEL] * 3))
    assert ranks(appraisal) == [None] * 3
    assert [unit.points for unit in appraisal.units] == [None] * 3
    assert all(unit.score is not None for unit in appraisal.units)


def test_combined_groups_are_held_and_a_unit_without_codes_is_not() -> None:
    honest = county()
    unreferenced_share = replace(
        honest, channel=np.where(honest.unit == 3, OPEN_CHANNEL, honest.channel)
    )
    whole = small_plan(n_units=UNITS, groups=(100,), **corrections(**ORDINARY))
    appraisal = appraise(whole, unreferenced_share)
    assert [unit.unit_code for unit in appraisal.units if unit.rank is None] == ["U4"]
    parts = {figure.unit_code: figure.unreferenced_share for figure in appraisal.robustness}
    assert parts.pop("U4") == 1
    assert set(parts.values()) == {0}


def test_pooled_answers_are_held_by_nothing() -> None:
    whole = small_plan(
        n_units=UNITS, groups=(100,), **corrections(**ORDINARY, combination="pooled")
    )
    appraisal = appraise(whole, county())
    part = OPEN / (INVITED + OPEN)
    assert [figure.unreferenced_share for figure in appraisal.robustness] == pytest.approx(
        [part] * UNITS
    )
    assert ranks(appraisal) == [None] * UNITS
