"""Units held against the plan's lines, by the pipeline that publishes."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.decisions import DecisionsPlan, ThresholdPlan
from survey.stats.campaign.plan import Plan, PlanError
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import InvitedCounty, invited_county
from tests.stats.pipeline.test_protection import plan as open_plan
from tests.stats.pipeline.test_protection import residents_by
from tests.stats.small_county import small_plan


@pytest.fixture(scope="module")
def county() -> InvitedCounty:
    return invited_county(3, level=80, n=40, n_groups=1, spread=(0.4, 0.0))


def lines(*scores: float | None, error_rate: float = 0.05) -> DecisionsPlan:
    return DecisionsPlan(
        thresholds=tuple(ThresholdPlan(class_code="A", score=score) for score in scores),
        error_rate=error_rate,
    )


def appraised(county: InvitedCounty, decisions: DecisionsPlan) -> AppraisalResult:
    return appraise(replace(county.plan, decisions=decisions, rank_draws=500), county.sample)


def test_units_are_named_where_their_intervals_leave_no_doubt(county: InvitedCounty) -> None:
    result = appraised(county, lines(80, None))
    score, mean = result.decisions[:12], result.decisions[12:]
    assert {each.kind for each in score} == {"score"}
    assert {each.kind for each in mean} == {"class_mean"}
    for each, unit in zip(score, result.units, strict=True):
        assert each.unit_code == unit.unit_code
        assert each.difference == pytest.approx((unit.estimate or 0) - 80)
        assert each.se == pytest.approx(unit.se)
        sure = "above" if (unit.lower or 0) > 80 else "below" if (unit.upper or 0) < 80 else None
        assert each.side in (None, sure)
    assert {each.side for each in score} == {"above", "below", None}
    assert mean[0].threshold == pytest.approx(np.mean([unit.estimate for unit in result.units]))
    # A unit's own error is a twelfth of that of the mean it is held against.
    assert mean[0].se == pytest.approx(score[0].se, rel=0.1)


def test_a_line_is_not_moved_by_another_nor_the_scores_by_any(county: InvitedCounty) -> None:
    alone, beside = appraised(county, lines(80)), appraised(county, lines(80, 70))
    assert beside.decisions[:12] == alone.decisions
    assert appraised(county, lines()).units == alone.units


def test_a_smaller_error_rate_names_fewer(county: InvitedCounty) -> None:
    usual, careful = appraised(county, lines(80)), appraised(county, lines(80, error_rate=1e-6))
    assert [e.q_value for e in usual.decisions] == [e.q_value for e in careful.decisions]
    for result, rate in ((usual, 0.05), (careful, 1e-6)):
        for each in result.decisions:
            assert (each.side is not None) == (each.q_value <= rate)
    few, many = (
        sum(each.side is not None for each in result.decisions) for result in (careful, usual)
    )
    assert 0 < few < many


def test_a_unit_without_a_rank_is_not_held_against_lines() -> None:
    channels = (1, 1, 0)  # the third unit's residents came through the open entrance
    result = appraise(replace(open_plan(), decisions=lines(10)), residents_by(*channels))
    assert result.units[2].rank is None
    assert [each.unit_code for each in result.decisions] == ["U1", "U2"]


def test_a_plan_without_lines_is_stored_as_before_and_one_with_them_comes_back() -> None:
    bare = small_plan()
    assert "decisions" not in bare.to_dict()
    held = replace(bare, decisions=lines(80, None, error_rate=0.1))
    assert Plan.from_dict(held.to_dict()) == held
    assert held.digest() != bare.digest()


def test_a_line_of_a_class_there_is_not_is_refused() -> None:
    with pytest.raises(PlanError, match="threshold_class"):
        small_plan(decisions=DecisionsPlan(thresholds=(ThresholdPlan(class_code="X", score=1),)))
