"""Open answers corrected for who takes part, against R's golden case and known truth."""

import numpy as np
import pytest

from survey.stats.campaign.plan import MarginPlan, Plan
from survey.stats.campaign.sample import Sample
from survey.stats.estimation.design import Design
from survey.stats.nonprobability.corrected_scores import (
    by_participation,
    by_pseudo_weights,
    reference,
)
from survey.stats.nonprobability.pseudo_inclusion import pseudo_weights
from survey.stats.nonprobability.selection import (
    Samples,
    SelectionError,
    participation,
)
from survey.stats.pipeline.appraise import appraise
from survey.stats.weighting.calibration import Margin, poststratify
from tests.oracles.selection_means import doubly_robust, inverse_weighted
from tests.stats.small_county import corrections, small_plan, small_sample, some_of

UNITS = 10
SEXES = MarginPlan(variable="sex", categories=("male", "female"), totals=(5000.0, 5000.0))


def two_samples(seed: int, n_open: int = 300, n_asked: int = 150) -> tuple[Samples, np.ndarray]:
    """Draw from a population whose x decides who takes part and, in part, what they say."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(60_000)
    taking_part = rng.random(x.size) < 1 / (1 + np.exp(5 - 0.8 * x))
    came = np.flatnonzero(taking_part)[:n_open]
    asked = rng.choice(x.size, n_asked, replace=False)
    both = [np.stack([np.ones(rows.size), x[rows]], axis=1) for rows in (came, asked)]
    samples = Samples(
        x_open=both[0], x_reference=both[1],
        reference_weights=np.full(n_asked, x.size / n_asked), design=Design.build(n=n_asked),
    )  # fmt: skip
    return samples, 60 + 10 * x[came] + 8 * rng.standard_normal(came.size)


def test_one_item_rated_by_all_is_the_doubly_robust_mean_of_the_golden_case() -> None:
    samples, y = two_samples(1)
    kept = np.ones(y.size)
    found = by_participation(samples, y[:, None], np.array([100.0]), kept)
    expected = doubly_robust(samples=samples, chances=participation(samples=samples), y=y)
    assert found.value == pytest.approx(expected.value, rel=1e-12)
    assert found.se == pytest.approx(expected.se, rel=1e-12)


def test_items_add_up_and_those_nobody_rated_leave_their_coefficient() -> None:
    samples, y = two_samples(2)
    kept = np.ones(y.size)
    items = np.stack([y, 100 - y, np.full(y.size, np.nan)], axis=1)
    whole = by_participation(samples, items, np.array([60.0, 20.0, 20.0]), kept)
    first = by_participation(samples, y[:, None], np.array([1.0]), kept)
    assert whole.value == pytest.approx(0.75 * first.value + 0.25 * (100 - first.value))
    assert whole.se == pytest.approx(0.5 * first.se)
    with pytest.raises(SelectionError, match="rated"):
        by_participation(samples, items[:, 2:], np.array([1.0]), kept)


@pytest.mark.parametrize("method", [by_participation, by_pseudo_weights])
def test_both_take_off_what_x_explains_and_know_their_error(method) -> None:  # type: ignore[no-untyped-def]
    found = [
        method(samples, y[:, None], np.array([1.0]), np.ones(y.size))
        for samples, y in (two_samples(seed) for seed in range(10, 40))
    ]
    values = np.array([one.value for one in found])
    raw = np.mean([two_samples(seed)[1].mean() for seed in range(10, 40)])
    assert raw > 66  # the truth is 60
    assert abs(values.mean() - 60) < 1.2
    assert 0.6 < np.mean([one.se for one in found]) / values.std(ddof=1) < 1.7


@pytest.mark.parametrize("method", [by_participation, by_pseudo_weights])
@pytest.mark.parametrize("raked", [False, True])
def test_what_margins_know_of_the_reference_sample_has_no_error(method, *, raked: bool) -> None:  # type: ignore[no-untyped-def]
    # Men and women are far apart, and of the population it is known how many there are.
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        came, asked = (rng.random(120) < 0.75).astype(int), (rng.random(60) < 0.5).astype(int)
        sexes = Margin(variable="sex", categories=("m", "f"), codes=asked, totals=np.full(2, 5e3))
        known = poststratify(base_weights=np.full(60, 10_000 / 60), margin=sexes)
        samples = reference(
            np.stack([np.ones(120), came], axis=1), np.stack([np.ones(60), asked], axis=1),
            known.weights if raked else known.base_weights, known if raked else None,
        )  # fmt: skip
        y = 80 - 40 * came + 10 * rng.standard_normal(120)
        found.append(method(samples, y[:, None], np.ones(1), np.ones(120)))
    spread = np.std([one.value for one in found], ddof=1)
    assert 0.8 < np.mean([one.se for one in found]) / spread < 1.25
    assert spread < 1.4 if raked else spread > 2


def test_pseudo_weights_give_the_mean_under_them() -> None:
    samples, y = two_samples(3)
    w = pseudo_weights(samples=samples)
    found = by_pseudo_weights(samples, y[:, None], np.array([1.0]), np.ones(y.size))
    assert found.value == pytest.approx(float(w @ y / w.sum()))


def test_a_reference_of_no_population_stands_for_a_large_one() -> None:
    samples, y = two_samples(4)
    small = reference(samples.x_open, samples.x_reference, np.ones(150))
    assert small.reference_weights.sum() == pytest.approx(20 * y.size)
    chances = participation(samples=small)
    again = inverse_weighted(samples=small, chances=chances, y=y)
    chances = participation(samples=samples)
    known = inverse_weighted(samples=samples, chances=chances, y=y)
    assert abs(again.value - known.value) < known.se


def county(seed: int = 5) -> Sample:
    """Women think worse of every unit and are three in four at the open entrance."""
    rng = np.random.default_rng(seed)
    asked, came = 30, 80
    unit = np.repeat(np.arange(UNITS), asked + came)
    channel = np.tile([1] * asked + [0] * came, UNITS)
    sex = (rng.random(unit.size) < np.where(channel == 1, 0.5, 0.75)).astype(int)
    latent = 4.0 - 1.0 * sex + 0.7 * rng.standard_normal(unit.size)
    items = np.clip(np.rint(latent[:, None] + 0.5 * rng.standard_normal((unit.size, 2))), 1, 5)
    return small_sample(items.astype(int).tolist(), unit=unit, channel=channel, sex=sex)


def plan(**changes: object) -> Plan:
    wanted = corrections(**{"weigh_carelessness": False} | changes)
    return small_plan(n_units=UNITS, groups=(100,), margins=(), **wanted)


@pytest.mark.parametrize("method", ["chen_li_wu", "elliott_valliant"])
def test_the_plan_chooses_an_alternative_and_is_told_what_it_assumes(method: str) -> None:
    sample = county()
    appraisal = appraise(plan(combination=method, limit=None), sample)
    raw = [figure.open for figure in appraisal.channels]
    corrected = [figure.combined for figure in appraisal.channels]
    invited = [figure.invited for figure in appraisal.channels]
    assert np.mean(corrected) > np.mean(raw) + 3
    assert abs(np.mean(corrected) - np.mean(invited)) < 3
    assert {figure.open_share for figure in appraisal.channels} == {1.0}
    assert appraisal.open_bias == ()
    said = [n for n in appraisal.notices if n.code == "selection_assumed"]
    assert [(n.unit_code, n.group_code) for n in said] == [("", "G1")]
    # Nothing holds corrected open answers but the limit.
    assert {figure.unreferenced_share for figure in appraisal.robustness} == {1.0}
    held = appraise(plan(combination=method), sample)
    assert {figure.unreferenced_share for figure in held.robustness} == {0.0}
    for figure in held.channels:
        assert abs(figure.score - figure.reference_only) <= 0.5 * figure.invited_se + 1e-9


@pytest.mark.parametrize("method", ["chen_li_wu", "elliott_valliant"])
def test_the_order_of_the_rows_does_not_matter(method: str) -> None:
    sample = county()
    order = np.random.default_rng(1).permutation(sample.n_responses)
    moved = some_of(sample, order)
    first, second = (appraise(plan(combination=method), one).channels for one in (sample, moved))
    assert [f.se for f in first] == pytest.approx([f.se for f in second])
    assert [f.combined for f in first] == pytest.approx([f.combined for f in second])


@pytest.mark.parametrize("method", ["chen_li_wu", "elliott_valliant"])
def test_open_answers_that_are_all_alike_are_no_certainty(method: str) -> None:
    sample = county()
    sample.items[(sample.unit == 2) & (sample.channel == 0)] = 5
    figure = appraise(plan(combination=method, limit=None), sample).channels[2]
    assert (figure.combined, figure.open_share) == (figure.reference_only, 0.0)
    assert figure.se > 1


def test_where_the_samples_hardly_overlap_fewer_predictors_are_used() -> None:
    sample = county()
    one = sample.unit == 2
    # All men of U3 came by themselves and all women were asked: sex separates the samples.
    sample.sex[one] = (sample.channel[one] == 1).astype(np.int8)
    appraisal = appraise(plan(combination="chen_li_wu"), sample)
    # Sex is then no predictor at all, and age and residence have one category each.
    assert appraisal.channels[2].combined == pytest.approx(appraisal.channels[2].open)


def test_an_item_only_men_rated_leaves_no_room_for_sex_and_a_notice_says_so() -> None:
    sample = county()
    women = (sample.unit == 2) & (sample.channel == 0) & (sample.sex == 1)
    sample.items[women, 1] = 0
    appraisal = appraise(plan(combination="chen_li_wu"), sample)
    said = [n for n in appraisal.notices if n.code == "selection_simplified"]
    assert [(n.unit_code, n.group_code) for n in said] == [("U3", "G1")]
    assert appraisal.channels[2].combined == pytest.approx(appraisal.channels[2].open)
