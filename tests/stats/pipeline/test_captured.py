"""Units whose codes their own people answered, through the whole appraisal."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import UNIT, InvitedCounty, captured, invited_county
from tests.stats.small_county import corrections

CODE = f"U{UNIT + 1}"


def county(seed: int = 1, **changes: object) -> InvitedCounty:
    drawn = invited_county(seed, level=66, n=40, n_units=20, n_groups=3, spread=(0.25, 0.0))
    return replace(drawn, plan=replace(drawn.plan, **changes))  # type: ignore[arg-type]


def scored(drawn: InvitedCounty) -> AppraisalResult:
    return appraise(drawn.plan, drawn.sample)


def named(result: AppraisalResult) -> set[str]:
    return {figure.unit_code for figure in result.captured}


def test_captured_codes_are_named_with_their_share_and_widen_the_interval_alone() -> None:
    attacked = captured(county(), "full", share=0.2, seed=1)
    result = scored(attacked)
    (figure,) = [one for one in result.captured if one.unit_code == CODE]
    assert figure.n == 120
    assert figure.signs[0] == "full"
    assert figure.share_lower <= 0.2 <= figure.share_upper
    assert figure.chance < 0.01
    silent = scored(
        replace(attacked, plan=replace(attacked.plan, **corrections(cap_collusion=False)))
    )
    assert not silent.captured
    before, after = (run.units[UNIT] for run in (silent, result))
    assert (after.score, after.se, after.upper) == (before.score, before.se, before.upper)
    assert figure.widened is not None
    assert figure.lowered is not None
    assert 0 < figure.lowered < figure.widened
    assert (before.lower or 0) - (after.lower or 0) == pytest.approx(figure.widened)
    (notice,) = [one for one in result.notices if one.code == "codes_captured"]
    assert (notice.unit_code, notice.values["widened"]) == (CODE, figure.widened)


def test_a_unit_is_not_suspect_for_being_good() -> None:
    drawn = county()
    items = drawn.sample.items.copy()
    rows = np.flatnonzero(drawn.sample.unit == UNIT)
    better = invited_county(5, level=80, n=40, n_units=20, n_groups=3, spread=(0.25, 0.0))
    items[rows] = better.sample.items[rows]
    result = scored(replace(drawn, sample=replace(drawn.sample, items=items)))
    assert float(result.units[UNIT].score or 0) > max(
        float(unit.score or 0) for unit in result.units if unit.unit_code != CODE
    )
    assert CODE not in named(result)


def test_nothing_in_the_open_box_has_anybody_named() -> None:
    drawn = county()
    attacked = captured(drawn, "full", share=0.2, seed=1)
    for found in (drawn, attacked):
        alone = scored(found)
        rng = np.random.default_rng(3)
        sample = found.sample
        copies = rng.integers(0, sample.n_responses, 900)
        rows = np.concatenate([np.arange(sample.n_responses), copies])
        more = replace(
            sample,
            **{
                name: getattr(sample, name)[rows]
                for name in sample.__dataclass_fields__
                if name != "ages" and getattr(sample, name) is not None
            },
        )
        more.channel[sample.n_responses :] = 0
        more.unit[sample.n_responses :] = UNIT
        more.items[sample.n_responses :] = rng.integers(1, 3, (900, sample.items.shape[1]))
        assert named(scored(replace(found, sample=more))) == named(alone)


def test_a_unit_without_a_score_is_named_without_points() -> None:
    drawn = county(min_covered=100.0)
    few = replace(drawn.plan.groups[0], min_valid=1000)
    attacked = captured(drawn, "full", share=0.2, seed=1)
    plan = replace(drawn.plan, groups=(few, *drawn.plan.groups[1:]))
    result = appraise(plan, attacked.sample)
    (figure,) = [one for one in result.captured if one.unit_code == CODE]
    assert (figure.lowered, figure.widened) == (None, None)
    assert CODE in {
        one.unit_code for one in result.notices if one.code == "codes_captured_unscored"
    }
