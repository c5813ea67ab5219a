"""Groups answered both by invitation and through the open entrance, in the whole pipeline."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.campaign.plan import Plan, ScreeningPlan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.small_county import corrections, small_plan, small_sample, some_of

UNITS, INVITED, OPEN = 12, 25, 60
OPEN_CHANNEL, PHONE = 0, 1
QUIET = {"weigh_carelessness": False}


def county(seed: int = 1) -> Sample:
    """Units of different levels; the open entrance a little worse throughout."""
    rng = np.random.default_rng(seed)
    n = UNITS * (INVITED + OPEN)
    unit = np.repeat(np.arange(UNITS), INVITED + OPEN)
    channel = np.tile([PHONE] * INVITED + [OPEN_CHANNEL] * OPEN, UNITS)
    level = 3.4 + 0.35 * rng.standard_normal(UNITS)
    latent = level[unit] - 0.3 * (channel == OPEN_CHANNEL) + 0.5 * rng.standard_normal(n)
    items = latent[:, None] + 0.8 * rng.standard_normal((n, 2))
    answers = np.clip(np.rint(items), 1, 5).astype(int)
    return small_sample(answers.tolist(), unit=unit, channel=channel)


def plan(**changes: object) -> Plan:
    return small_plan(n_units=UNITS, groups=(100,), **corrections(**QUIET | changes))  # type: ignore[arg-type]


def names(appraisal: AppraisalResult) -> list[str]:
    return [step.name for step in appraisal.steps]


def test_both_kinds_are_combined_and_the_bias_of_the_entrance_is_told() -> None:
    appraisal = appraise(plan(), county())
    assert names(appraisal)[-2:] == ["combined", "limited"]
    (bias,) = appraisal.open_bias
    assert bias.n_units == UNITS
    assert bias.beta < -2
    assert len(appraisal.channels) == UNITS
    for figure, unit in zip(appraisal.channels, appraisal.units, strict=True):
        assert figure.score == pytest.approx(unit.estimate)
        assert unit.se == pytest.approx(figure.se)
        # Those of the invited answers, not of the many open ones, and the pooled variance's 20.
        assert unit.df == pytest.approx(INVITED - 1 + 20)
        assert (figure.invited_n, figure.open_n) == (INVITED, OPEN)
        assert abs(figure.score - figure.reference_only) <= 0.5 * figure.invited_se + 1e-9
        assert figure.limited == (abs(figure.combined - figure.score) > 1e-12)


@pytest.mark.parametrize("answer", [1, 3, 5])
@pytest.mark.parametrize("number", [5, 30, 60])
def test_nothing_in_the_open_channel_moves_a_score_past_one_standard_error(
    answer: int, number: int
) -> None:
    honest = county()
    before = appraise(plan(), honest)
    target = np.flatnonzero((honest.unit == 4) & (honest.channel == OPEN_CHANNEL))[:number]
    items = honest.items.copy()
    items[target] = answer
    after = appraise(plan(), replace(honest, items=items))
    for one, other in zip(before.channels, after.channels, strict=True):
        # What invited answers say is out of reach, and the score stays beside it.
        assert (one.invited, one.invited_se, one.reference_only) == (
            other.invited, other.invited_se, other.reference_only,
        )  # fmt: skip
        assert abs(one.score - other.score) <= one.invited_se * (1 + 1e-9)


@pytest.mark.parametrize(("few", "more"), [(0, 9), (0, 60), (5, 4), (9, 51)])
@pytest.mark.parametrize("method", ["anchored", "chen_li_wu"])
def test_nor_does_it_where_the_open_channel_was_nearly_empty(
    method: str, few: int, more: int
) -> None:
    sample = county()
    sample.items[(sample.unit == 4) & (sample.channel == OPEN_CHANNEL)] = 1
    place = np.flatnonzero((sample.unit == 4) & (sample.channel == OPEN_CHANNEL))
    figures = []
    for number in (few, few + more):
        kept = np.delete(np.arange(sample.n_responses), place[number:])
        part = some_of(sample, kept)
        figures.append(appraise(plan(combination=method), part).channels)
    for one, other in zip(*figures, strict=True):
        assert (one.invited_se, one.reference_only) == (other.invited_se, other.reference_only)
        assert abs(one.score - other.score) <= one.invited_se * (1 + 1e-9)
    assert (figures[0][4].open is None) == (few == 0)


def test_stuffing_raises_the_alarm_for_its_unit_alone() -> None:
    honest = county()
    items = honest.items.copy()
    items[np.flatnonzero((honest.unit == 4) & (honest.channel == OPEN_CHANNEL))[:45]] = 5
    appraisal = appraise(plan(), replace(honest, items=items))
    assert [f.unit_code for f in appraisal.channels if f.alarm] == ["U5"]
    said = [n.unit_code for n in appraisal.notices if n.code == "channels_contradict"]
    assert said == ["U5"]


@pytest.mark.parametrize("combination", ["anchored", "chen_li_wu"])
def test_open_answers_that_raise_an_alarm_stay_out_unless_the_plan_lets_them_in(
    combination: str,
) -> None:
    honest = county()
    items = honest.items.copy()
    items[np.flatnonzero((honest.unit == 4) & (honest.channel == OPEN_CHANNEL))[:45]] = 5
    stuffed = replace(honest, items=items)
    heeded = appraise(plan(combination=combination), stuffed)
    open_weight = appraise(plan(combination=combination, alarms_exclude=False), stuffed)
    (kept,) = [f for f in heeded.channels if f.alarm]
    assert (kept.unit_code, kept.open_share) == ("U5", 0)
    # Nearly: what is known of all units still draws it, and the open answers told of that.
    assert kept.combined == pytest.approx(kept.reference_only, abs=0.5)
    (named,) = [f for f in open_weight.channels if f.alarm]
    assert named.open_share > 0
    assert named.combined > kept.combined + 0.5
    assert [n.values["excluded"] for n in heeded.notices if n.unit_code == "U5"] == [True]
    assert [n.values["excluded"] for n in open_weight.notices if n.unit_code == "U5"] == [False]


@pytest.mark.parametrize("alike", [(PHONE,), (OPEN_CHANNEL,), (PHONE, OPEN_CHANNEL)])
def test_a_group_whose_answers_are_all_alike_is_combined_with_the_largest_error(
    alike: tuple[int, ...],
) -> None:
    sample = county()
    sample.items[np.isin(sample.channel, alike)] = 4
    figures = appraise(plan(), sample).channels
    assert len(figures) == UNITS
    for channel, n, name in ((PHONE, INVITED, "invited"), (OPEN_CHANNEL, OPEN, "open")):
        if channel in alike:
            assert [getattr(f, name) for f in figures] == pytest.approx([80] * UNITS)
            errors = [getattr(f, f"{name}_se") for f in figures]
            assert errors == pytest.approx([50 / n**0.5] * UNITS)
    assert all(f.se > 0 for f in figures)


def test_sheets_that_know_nothing_make_no_anchor_where_no_rule_sets_them_aside() -> None:
    keep_all = replace(plan(), screening=ScreeningPlan(rules=()))
    sample = county()
    sample.items[(sample.unit == 4) & (sample.channel == PHONE)] = 0
    figures = appraise(keep_all, sample).channels
    assert len(figures) == UNITS - 1
    assert "U5" not in {figure.unit_code for figure in figures}
    sample.items[sample.channel == PHONE] = 0
    assert appraise(keep_all, sample).channels == ()


def test_every_step_can_be_switched_off() -> None:
    assert "combined" not in names(appraise(plan(combination="pooled"), county()))
    unlimited = appraise(plan(limit=None), county())
    assert not any(figure.limited for figure in unlimited.channels)
    assert [f.score for f in unlimited.channels] == [f.combined for f in unlimited.channels]


def test_too_few_units_with_both_kinds_leave_the_score_to_the_invited_answers() -> None:
    sample = county()
    few = appraise(plan(min_units=UNITS + 1), sample)
    alone = appraise(plan(), some_of(sample, np.flatnonzero(sample.channel == PHONE)))
    assert few.channels == alone.channels == ()
    assert names(few)[-2:] == ["weighted", "limited"]
    assert few.units != alone.units  # what was returned differs
    assert [(u.estimate, u.se, u.rank, u.n) for u in few.units] == [
        (u.estimate, u.se, u.rank, u.n) for u in alone.units
    ]
    said = [n.values["n"] for n in few.notices if n.code == "open_left_out"]
    assert said == [OPEN] * UNITS


def test_a_score_without_invited_answers_says_so() -> None:
    honest = county()
    reference_only = replace(
        honest, channel=np.where(honest.unit == 3, OPEN_CHANNEL, honest.channel)
    )
    appraisal = appraise(plan(), reference_only)
    unreferenced_share = [n for n in appraisal.notices if n.code == "unprotected"]
    assert [(n.unit_code, n.group_code) for n in unreferenced_share] == [("U4", "G1")]
    assert unreferenced_share[0].values["points"] == pytest.approx((5, 10, 20))
    assert "U4" not in {figure.unit_code for figure in appraisal.channels}


def test_the_same_plan_and_sample_give_the_same_figures() -> None:
    assert appraise(plan(), county()).channels == appraise(plan(), county()).channels


def test_no_unit_is_drawn_towards_the_others_further_than_the_limit() -> None:
    sample = county()
    invited = sample.channel == PHONE
    # All of one level but for U5: a model would draw it far.
    sample.items[invited] = np.tile([[2, 3], [3, 3], [4, 3], [4, 4], [3, 4]], (UNITS * 5, 1))
    sample.items[invited & (sample.unit == 4)] = 4
    sample.items[np.flatnonzero(invited & (sample.unit == 4))[:8]] = 3
    drawn = appraise(plan(limit=None), sample).channels[4]
    held = appraise(plan(), sample).channels[4]
    assert drawn.invited - drawn.reference_only > 0.7 * drawn.invited_se
    assert held.reference_only == pytest.approx(held.invited - 0.5 * held.invited_se)
    assert abs(held.score - held.reference_only) <= 0.5 * held.invited_se + 1e-9
