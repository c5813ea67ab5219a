"""Invited people who stay silent, in the whole pipeline, where it is known what they think."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from survey.stats.campaign.corrections import NonresponsePlan
from survey.stats.campaign.domains import cut_domains
from survey.stats.campaign.invitations import Invitations, InvitedRounds
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.nonresponse.callbacks import weights_given
from survey.stats.nonresponse.proxy_pattern import proxy_pattern
from survey.stats.pipeline.appraise import appraise
from survey.stats.pipeline.nonresponse import adjust_nonresponse
from tests.stats.small_county import POINTS, corrections, small_plan, small_sample

UNITS, ASKED = 8, 250
PHONE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A campaign by invitation alone, and what all who were asked think."""

    sample: Sample
    invitations: Invitations
    truth: NDArray[np.float64]


def asked(*, by_sex: float = 0.0, by_opinion: float = 0.0, seed: int = 1) -> Asked:
    """Women (half) think a grade worse; log odds of answering fall with sex and with opinion."""
    rng = np.random.default_rng(seed)
    m = UNITS * ASKED
    unit = np.repeat(np.arange(UNITS), ASKED)
    sex = rng.integers(0, 2, m)
    level = 3.7 + 0.2 * rng.standard_normal(UNITS)
    answer = np.clip(np.rint(level[unit] - 0.9 * sex + 0.8 * rng.standard_normal(m)), 1, 5)
    worth = np.array(POINTS)[answer.astype(int)]
    z = (worth - worth.mean()) / worth.std()
    odds = np.exp(-0.6 - by_sex * sex + by_opinion * z)
    first, second = rng.random((2, m)) < odds / (1 + odds)
    wave = np.where(first, 1, np.where(second, 2, 0)).astype(np.int8)
    came = np.flatnonzero(wave > 0)
    place = np.full(m, -1)
    place[came] = np.arange(came.size)
    return Asked(
        sample=small_sample(
            answer[came, None].astype(int).tolist(), unit=unit[came], sex=sex[came],
            channel=np.full(came.size, PHONE), submitted_at=10**9 + 86_400 * np.arange(came.size),
        ),
        invitations=Invitations(
            unit=unit, group=np.zeros(m, dtype=np.intp), response=place, wave=wave,
            sex=sex.astype(np.int8), age=np.full(m, -1, dtype=np.int8),
            residence=np.full(m, -1, dtype=np.int8),
        ),
        truth=np.bincount(unit, worth) / ASKED,
    )  # fmt: skip


def plan(nonresponse: str) -> Plan:
    wanted = corrections(cap_collusion=False, weigh_carelessness=False, nonresponse=nonresponse)
    return small_plan(n_units=UNITS, coefficients=(100,), groups=(100,), **wanted)


def run(made: Asked, nonresponse: str) -> AppraisalResult:
    return appraise(plan(nonresponse), made.sample, invitations=made.invitations)


def bias(appraisal: AppraisalResult, made: Asked) -> float:
    found = np.array([unit.estimate for unit in appraisal.units], dtype=float)
    return float((found - made.truth).mean())


def codes(appraisal: AppraisalResult) -> set[str]:
    return {notice.code for notice in appraisal.notices}


@pytest.mark.parametrize("method", ["classes", "propensity"])
def test_silence_by_sex_is_made_up_for(method: str) -> None:
    made = asked(by_sex=1.5)
    raw = run(made, "none")
    assert bias(raw, made) > 3
    adjusted = run(made, method)
    others = [asked(by_sex=1.5, seed=seed) for seed in range(2, 6)]
    assert abs(np.mean([bias(run(other, method), other) for other in (made, *others)])) < 0.8
    assert [step.name for step in adjusted.steps] == [
        "returned", "screened", "trusted", "responded", "weighted",
    ]  # fmt: skip
    assert "responded" not in [step.name for step in raw.steps]
    assert adjusted.nonresponse is not None
    assert adjusted.nonresponse.method == method
    assert 0.5 < adjusted.nonresponse.r_indicator < 0.8
    women = {p.category: p.value for p in adjusted.nonresponse.partial if p.variable == "sex"}
    assert women["female"] < 0 < women["male"]


def test_silence_by_opinion_is_seen_through_the_reminder_and_the_interval_says_so() -> None:
    made = asked(by_opinion=0.6)
    raw, adjusted = run(made, "classes"), run(made, "callbacks")
    assert adjusted.nonresponse is not None
    assert adjusted.nonresponse.g is not None
    assert adjusted.nonresponse.g > 0.2
    assert abs(bias(adjusted, made)) < 0.7 * bias(raw, made)
    whole = {f.unit_code: f for f in adjusted.sensitivity if not f.group_code}
    assert {figure.method for figure in whole.values()} == {"callbacks"}
    held = [
        whole[unit.unit_code].lower <= truth <= whole[unit.unit_code].upper
        for unit, truth in zip(adjusted.units, made.truth, strict=True)
    ]
    assert all(held)
    for unit in adjusted.units:
        figure = whole[unit.unit_code]
        assert figure.move_down < 0 < figure.move_up
        assert figure.lower <= unit.lower < unit.upper <= figure.upper  # type: ignore[operator]


def test_by_the_interval_alone_silence_moves_no_score_and_the_interval_holds_the_truth() -> None:
    made = asked(by_opinion=0.6)
    raw, told = run(made, "none"), run(made, "callbacks_interval")
    assert [unit.estimate for unit in told.units] == [unit.estimate for unit in raw.units]
    assert [step.name for step in told.steps] == [step.name for step in raw.steps]
    assert told.nonresponse is not None
    assert told.nonresponse.method == "none"
    assert told.nonresponse.g == run(made, "callbacks").nonresponse.g  # type: ignore[union-attr]
    whole = {f.unit_code: f for f in told.sensitivity if not f.group_code}
    assert {figure.method for figure in whole.values()} == {"callbacks"}
    for unit, truth in zip(told.units, made.truth, strict=True):
        assert whole[unit.unit_code].lower <= truth <= whole[unit.unit_code].upper
        # People who are less content kept silent, so that the score can only be too high.
        assert whole[unit.unit_code].move_down < -whole[unit.unit_code].move_up


def test_by_the_interval_alone_a_list_without_reminders_says_what_it_went_by() -> None:
    made = asked(by_sex=1.5, by_opinion=0.4)
    once = replace(made.invitations, wave=np.minimum(made.invitations.wave, 1))
    appraisal = appraise(plan("callbacks_interval"), made.sample, invitations=once)
    assert "callbacks_interval_unusable" in codes(appraisal)
    assert {f.method for f in appraisal.sensitivity} == {"proxy"}
    assert appraisal.nonresponse is not None
    assert appraisal.nonresponse.method == "none"


def test_a_category_that_was_not_reminded_takes_no_weight_from_another() -> None:
    made = asked()
    listed = made.invitations
    # All women who answered did so at once: their chance at the reminder is none's to estimate.
    at_once = np.where((listed.sex == 1) & (listed.wave == 2), 1, listed.wave).astype(np.int8)
    valid = np.ones(made.sample.n_responses, dtype=bool)
    domains = cut_domains(plan("callbacks"), made.sample, valid)
    step = adjust_nonresponse(
        domains, replace(listed, wave=at_once), valid, plan("callbacks").nonresponse
    )
    assert step is not None
    assert step.waves is not None
    assert weights_given(step.waves, 0.0).sum() == pytest.approx(listed.n_invited)


def test_without_a_reminder_the_proxy_widens_the_interval() -> None:
    made = asked(by_sex=1.5, by_opinion=0.4)
    once = replace(made.invitations, wave=np.minimum(made.invitations.wave, 1))
    appraisal = appraise(plan("callbacks"), made.sample, invitations=once)
    assert "callbacks_unusable" in codes(appraisal)
    assert appraisal.nonresponse is not None
    assert appraisal.nonresponse.method == "classes"
    figures = [f for f in appraisal.sensitivity if f.group_code]
    assert {figure.method for figure in figures} == {"proxy"}
    assert all(figure.correlation and 0.3 < figure.correlation < 0.8 for figure in figures)
    # Those who answered are too content; what is left of that can only lie below.
    assert all(figure.move_down < -1 for figure in figures)
    assert {figure.move_up for figure in figures} == {0.0}
    assert "proxy_weak" not in codes(appraisal)


def test_a_list_that_knows_nothing_bounds_nothing_and_says_so() -> None:
    made = asked(by_opinion=0.6)
    blind = replace(made.invitations, sex=np.full_like(made.invitations.sex, -1))
    appraisal = appraise(plan("classes"), made.sample, invitations=blind)
    assert "proxy_weak" in codes(appraisal)
    assert {figure.move_down for figure in appraisal.sensitivity} == {0.0}
    assert [unit.estimate for unit in appraisal.units] == pytest.approx(
        [unit.estimate for unit in run(made, "none").units]
    )


def test_a_plan_that_asks_for_a_list_there_is_none_of() -> None:
    made = asked()
    appraisal = appraise(plan("classes"), made.sample)
    assert "nonresponse_without_list" in codes(appraisal)
    assert (appraisal.nonresponse, appraisal.sensitivity) == (None, ())
    assert [unit.estimate for unit in appraisal.units] == [
        unit.estimate for unit in appraise(plan("none"), made.sample).units
    ]


def test_answers_that_are_not_listed_keep_their_weight_and_are_counted() -> None:
    made = asked(by_sex=1.5)
    half = made.invitations.response % 2 == 0
    shorter = Invitations(
        **{
            name: getattr(made.invitations, name)[half | (made.invitations.response < 0)]
            for name in ("unit", "group", "response", "wave", "sex", "age", "residence")
        }
    )
    appraisal = appraise(plan("classes"), made.sample, invitations=shorter)
    (notice,) = [n for n in appraisal.notices if n.code == "invited_not_listed"]
    listed = int((made.invitations.response >= 0).sum()) - int(half.sum())
    assert notice.values == {"n": listed}


def test_nobody_answered() -> None:
    made = asked()
    silent = replace(
        made.invitations,
        wave=np.zeros_like(made.invitations.wave),
        response=np.full_like(made.invitations.response, -1),
    )
    appraisal = appraise(plan("classes"), made.sample, invitations=silent)
    assert {"nobody_answered"} <= codes(appraisal)
    assert appraisal.nonresponse is None


def test_the_proxy_knows_a_bias_that_hangs_on_the_answer_alone() -> None:
    rng = np.random.default_rng(8)
    x = rng.standard_normal(200_000)
    y = 0.6 * x + 0.8 * rng.standard_normal(x.size)
    design = np.stack([np.ones(x.size), x], axis=1)
    for weight_x, weight_y, at in ((0.5, 0.0, 0), (0.0, 0.5, 2)):
        chance = 1 / (1 + np.exp(0.8 - weight_x * x - weight_y * y))
        answered = rng.random(x.size) < chance
        found = proxy_pattern(
            y=y[answered], x=design[answered], everybody=design.mean(axis=0)
        )  # fmt: skip
        assert found.correlation == pytest.approx(0.6, abs=0.03)
        assert found.bias[at] == pytest.approx(y[answered].mean() - y.mean(), abs=0.02)


def test_a_proxy_of_nothing_has_no_bias_to_show() -> None:
    found = proxy_pattern(y=np.arange(40.0), x=np.ones((40, 1)), everybody=np.ones(1))
    assert (found.correlation, found.bias) == (0.0, (0.0, 0.0))


def by_waves(made: Asked, *, earlier: tuple[tuple[float, float], ...] = ()) -> AppraisalResult:
    wanted = NonresponsePlan(method="waves_interval", earlier=earlier)
    m = made.invitations.n_invited
    rounds = InvitedRounds(
        person=np.arange(m), lot=np.zeros(m, dtype=np.int8), early=np.zeros(m, dtype=np.bool_)
    )
    return appraise(
        replace(plan("none"), nonresponse=wanted),
        made.sample,
        invitations=replace(made.invitations, rounds=rounds),
    )


def test_by_all_waves_no_score_moves_and_the_interval_holds_what_everybody_thinks() -> None:
    made = asked(by_opinion=0.6)
    raw, told = run(made, "none"), by_waves(made)
    assert [unit.estimate for unit in told.units] == [unit.estimate for unit in raw.units]
    assert told.nonresponse is not None
    assert told.nonresponse.method == "none"
    assert (told.nonresponse.g_earlier, told.nonresponse.g_prior) == (0, 0.0)
    whole = {f.unit_code: f for f in told.sensitivity if not f.group_code}
    assert {figure.method for figure in whole.values()} == {"waves"}
    for unit, truth in zip(told.units, made.truth, strict=True):
        figure = whole[unit.unit_code]
        assert figure.lower <= truth <= figure.upper
        # Chance and slope err independently: their range is less than both one after another.
        assert unit.upper is not None
        assert unit.lower is not None
        both = unit.upper - unit.lower + figure.move_up - figure.move_down
        assert unit.upper - unit.lower < figure.upper - figure.lower < both
    assert {"silence_slope", "no_lots"} <= codes(told)


def test_earlier_campaigns_narrow_the_interval_by_waves() -> None:
    made = asked(by_opinion=0.6)
    alone, after = by_waves(made), by_waves(made, earlier=((0.5, 0.1), (0.6, 0.1)))
    assert after.nonresponse is not None
    assert after.nonresponse.g_earlier == 2

    def width(of: AppraisalResult) -> float:
        return sum(f.upper - f.lower for f in of.sensitivity if not f.group_code)

    assert width(after) < width(alone)


def test_without_a_reminder_waves_tell_nothing_and_the_list_is_asked() -> None:
    made = asked()
    listed = replace(made.invitations, wave=np.minimum(made.invitations.wave, 1).astype(np.int8))
    told = by_waves(replace(made, invitations=listed))
    assert "callbacks_interval_unusable" in codes(told)
    assert {f.method for f in told.sensitivity} == {"proxy"}
