"""People who rate several units, in the whole pipeline."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.plan import MarginPlan, Plan, ScreeningPlan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample, SampleError, check_sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import corrections, small_plan, small_sample, some_of

UNITS, RATERS, EACH = 12, 260, 4
SEXES = MarginPlan(variable="sex", categories=("male", "female"), totals=(5_200.0, 4_800.0))
QUIET = {"weigh_carelessness": False, "cap_collusion": False}
WORTH = np.array([0.0, 0.0, 30.0, 60.0, 80.0, 100.0])


def plan(**changes: object) -> Plan:
    wanted = corrections(**QUIET | changes)
    return small_plan(n_units=UNITS, groups=(100,), margins=(SEXES,), **wanted)


def rated(seed: int, *, association: float = 0.0) -> tuple[np.ndarray, Sample]:
    """Return the units' true points among all raters, and answers of people rating four each."""
    rng = np.random.default_rng(seed)
    level = 3.6 + 0.3 * rng.standard_normal(UNITS)
    leniency = 0.7 * rng.standard_normal(RATERS)
    sex = (rng.random(RATERS) < 0.35).astype(np.int8)
    latent = level + leniency[:, None] + 0.3 * sex[:, None]
    noise = rng.standard_normal((RATERS, UNITS, 2))
    answers = np.clip(np.rint(latent[:, :, None] + 0.6 * noise), 1, 5).astype(int)
    keys = association * np.outer(leniency / 0.7, rng.standard_normal(UNITS))
    keys = keys + rng.gumbel(size=(RATERS, UNITS))
    unit = np.argpartition(-keys, EACH - 1, axis=1)[:, :EACH].ravel()
    rater = np.repeat(np.arange(RATERS), EACH)
    sample = small_sample(
        answers[rater, unit].tolist(), unit=unit, rater=rater, sex=sex[rater],
        submitted_at=1_796_000_400 + 977 * np.arange(rater.size),
    )  # fmt: skip
    points = WORTH[answers] @ np.array([0.6, 0.4])
    weight = np.where(sex == 0, 0.52 / (sex == 0).mean(), 0.48 / (sex == 1).mean())
    return weight @ points / weight.sum(), sample


def off(appraisal: AppraisalResult, truth: np.ndarray, step: str) -> float:
    scores = next(entry.unit_scores for entry in appraisal.steps if entry.name == step)
    error = np.array(scores, dtype=float) - truth
    return float(np.mean((error - error.mean()) ** 2))


def test_comparisons_are_more_exact_and_their_intervals_hold() -> None:
    before, after, held = [], [], []
    for seed in range(8):
        truth, sample = rated(seed)
        appraisal = appraise(plan(leniency="random"), sample)
        before.append(off(appraisal, truth, "weighted"))
        after.append(off(appraisal, truth, "lenient"))
        held += [
            unit.lower <= true <= unit.upper
            for unit, true in zip(appraisal.units, truth, strict=True)
            if unit.lower is not None and unit.upper is not None
        ]
    assert np.mean(after) < 0.8 * np.mean(before)
    assert len(held) == 8 * UNITS
    assert np.mean(held) > 0.88


def test_where_lenient_people_choose_other_units_they_are_compared_within() -> None:
    truth, sample = rated(3, association=1.0)
    appraisal = appraise(plan(), sample)
    (notice,) = [entry for entry in appraisal.notices if entry.code == "leniency"]
    assert (notice.values["n"], notice.values["choice"]) == (260, "within")
    assert notice.unit_code == ""
    assert off(appraisal, truth, "lenient") < 0.4 * off(appraisal, truth, "weighted")


def test_the_level_of_the_county_stays() -> None:
    _, sample = rated(4, association=1.0)
    steps = {step.name: step.unit_scores for step in appraise(plan(), sample).steps}
    number = np.bincount(sample.unit)
    first, second = (np.array(steps[name], dtype=float) for name in ("weighted", "lenient"))
    assert np.abs(first - second).max() > 0.5
    assert number @ first == pytest.approx(number @ second)


def test_switched_off_or_without_raters_nothing_changes() -> None:
    _, sample = rated(5)
    off_plan = appraise(plan(leniency="none"), sample)
    unknown = appraise(plan(), replace(sample, rater=np.full(sample.n_responses, -1)))
    few = np.where(sample.rater < 25, sample.rater, -1)
    too_few = appraise(plan(), replace(sample, rater=few))
    assert off_plan.units == unknown.units == too_few.units
    assert "lenient" not in [step.name for step in too_few.steps]


def test_units_nobody_connects_are_said_to_be_apart() -> None:
    _, sample = rated(6)
    half = UNITS // 2
    unit = np.where(sample.rater < RATERS // 2, sample.unit % half, half + sample.unit % half)
    appraisal = appraise(plan(), replace(sample, unit=unit.astype(np.intp)))
    said = [entry for entry in appraisal.notices if entry.code == "units_not_connected"]
    assert said[0].values == {"sets": 2}


def test_both_channels_are_taken_net_of_raters_and_the_bound_stays() -> None:
    _, sample = rated(7)
    invited = sample.rater < 140
    mixed = replace(sample, channel=invited.astype(np.intp))
    before = appraise(plan(), mixed)
    assert [s.name for s in before.steps][-3:] == ["lenient", "combined", "limited"]
    items = mixed.items.copy()
    items[(mixed.unit == 2) & ~invited] = 5
    after = appraise(plan(), replace(mixed, items=items))
    for one, other in zip(before.channels, after.channels, strict=True):
        assert (one.invited, one.invited_se, one.reference_only) == (
            other.invited, other.invited_se, other.reference_only,
        )  # fmt: skip
        assert abs(one.score - other.score) <= one.invited_se * (1 + 1e-9)
    plain = appraise(plan(leniency="none"), mixed)
    assert [f.invited_se for f in plain.channels] == [f.invited_se for f in before.channels]
    assert [f.reference_only for f in plain.channels] != [f.reference_only for f in before.channels]


def test_answers_without_a_rating_are_left_out() -> None:
    _, sample = rated(8)
    items = sample.items.copy()
    items[::9, 0] = 0
    appraisal = appraise(plan(), replace(sample, items=items))
    assert all(unit.se is not None and unit.se > 0 for unit in appraisal.units)
    # Nor does a unit hurt that nobody rated, where no rule sets such sheets aside.
    items[sample.unit == 0] = 0
    keep_all = replace(plan(), screening=ScreeningPlan(rules=()))
    nobody = appraise(keep_all, replace(sample, items=items))
    assert [unit.status for unit in nobody.units] == ["insufficient"] + ["published"] * (UNITS - 1)
    items[:] = 0
    silent = appraise(keep_all, replace(sample, items=items))
    assert {unit.status for unit in silent.units} == {"insufficient"}


def test_a_single_answer_keeps_the_largest_error_there_can_be() -> None:
    _, sample = rated(10)
    kept = sample.unit != 3
    kept[np.flatnonzero(~kept)[0]] = True
    few = some_of(sample, kept)
    appraisal = appraise(plan(leniency="random"), few)
    assert "lenient" in [step.name for step in appraisal.steps]
    assert appraisal.units[3].se == pytest.approx(50)


def test_rater_codes_that_do_not_fit_are_refused() -> None:
    _, sample = rated(9)
    for wrong in (sample.rater[:-1], sample.rater - 5):
        with pytest.raises(SampleError, match="rater_codes"):
            check_sample(replace(sample, rater=wrong), plan().lists)
