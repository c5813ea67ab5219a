"""Contradiction between channels, and too many answers at the end of the scale."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from survey.stats.nonprobability.alarms import find_alarms
from survey.stats.nonprobability.answer_shape import extreme_excess
from survey.stats.nonprobability.channel_answers import ChannelAnswers, channel_answers
from survey.stats.nonprobability.combination import UnitMeans
from survey.stats.nonprobability.discrepancy import discrepancy
from survey.stats.nonprobability.shortest_half import shortest_half

UNITS = 60
FAR = 3.5


def channels(seed: int, lift: float) -> tuple[UnitMeans, UnitMeans]:
    rng = np.random.default_rng(seed)
    truth = 62 + 5 * rng.standard_normal(UNITS)
    reference = UnitMeans(
        mean=truth + 1.8 * rng.standard_normal(UNITS), variance=np.full(UNITS, 1.8**2)
    )
    o = truth - 3 + 1.5 * rng.standard_normal(UNITS) + 0.8 * rng.standard_normal(UNITS)
    o[:3] += lift
    return reference, UnitMeans(mean=o, variance=np.full(UNITS, 0.64))


def test_a_common_bias_is_no_contradiction_and_a_lifted_unit_is_one() -> None:
    quiet = np.concatenate(
        [discrepancy(reference=a, open_sample=o) for a, o in (channels(s, 0.0) for s in range(40))]
    )
    assert (np.abs(quiet) > FAR).mean() < 0.01
    for seed in range(5):
        reference, open_means = channels(seed, 16.0)
        assert (discrepancy(reference=reference, open_sample=open_means)[:3] > FAR).all()


def test_fewer_than_three_units_tell_nothing() -> None:
    reference, open_means = channels(0, 0.0)
    mean = np.full(UNITS, np.nan)
    mean[:2] = open_means.mean[:2]
    lonely = UnitMeans(mean=mean, variance=open_means.variance)
    assert np.isnan(discrepancy(reference=reference, open_sample=lonely)).all()


def answers(seed: int, *, stuffed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    level = 62 + 5 * rng.standard_normal(UNITS)
    latent = level[:, None] + 18 * rng.standard_normal((UNITS, 600))
    step = np.clip(np.rint(latent / 25), 0, 4).astype(int)
    counts = np.stack([(step == k).sum(axis=1) for k in range(5)], axis=1).astype(float)
    counts[0, 4] += stuffed
    return counts


def test_stuffing_shows_in_the_shape_and_honest_satisfaction_does_not() -> None:
    quiet = np.concatenate([extreme_excess(answers(seed)) for seed in range(30)])
    assert (quiet > FAR).mean() < 0.01
    found = [extreme_excess(answers(seed, stuffed=150))[0] for seed in range(20)]
    assert np.mean(np.array(found) > FAR) > 0.9
    worst = [extreme_excess(answers(seed, stuffed=150)[:, ::-1])[0] for seed in range(5)]
    assert max(worst) < FAR


def test_units_without_answers_have_no_shape() -> None:
    counts = answers(1)
    counts[5] = 0
    found = extreme_excess(counts)
    assert np.isnan(found[5])
    assert np.isfinite(np.delete(found, 5)).all()
    assert np.isnan(extreme_excess(counts[:2])).all()


def test_the_shortest_half_is_found_by_trying_all_and_is_a_normals_spread() -> None:
    values = np.random.default_rng(4).standard_normal(9)
    ordered = np.sort(values)
    lengths = [ordered[i + 4] - ordered[i] for i in range(5)]
    centre, spread = shortest_half(values)
    i = int(np.argmin(lengths))
    assert centre == pytest.approx((ordered[i] + ordered[i + 4]) / 2)
    assert spread == pytest.approx(1.4826 * (1 + 5 / 9) * lengths[i] / 2)
    normal = norm.ppf((np.arange(20_001) + 0.5) / 20_001)
    assert shortest_half(normal) == pytest.approx((0.0, 1.0), abs=1e-3)
    assert shortest_half(np.full(5, 3.0)) == (3.0, 0.0)


def test_a_fifth_of_all_on_one_side_hardly_moves_the_shortest_half() -> None:
    rng = np.random.default_rng(5)
    shifts, medians = [], []
    for _ in range(200):
        values = rng.standard_normal(60)
        values[:12] += 4.0
        shifts.append(shortest_half(values)[0])
        medians.append(np.median(values))
    assert abs(np.mean(shifts)) < 0.1
    assert np.mean(medians) > 0.25


def both_channels(seed: int, *, stuffed: int = 0, best: bool = True) -> list[ChannelAnswers]:
    """Invited and open answers of one item, all with the weight one."""
    rng = np.random.default_rng(seed)
    level = 62 + 5 * rng.standard_normal(UNITS)
    out = []
    for n in (130, 600):
        latent = level[:, None] + 18 * rng.standard_normal((UNITS, n))
        items = (np.clip(np.rint(latent / 25), 0, 4) + 1).astype(np.int8)
        if n == 600:
            items[0, :stuffed] = 5 if best else 1
        points = 25.0 * (items - 1)
        out.append(
            channel_answers(
                mean=UnitMeans(mean=points.mean(axis=1), variance=points.var(axis=1) / n),
                items=items.reshape(-1, 1),
                unit=np.repeat(np.arange(UNITS), n),
                weights=np.ones(UNITS * n),
                factor=np.ones(UNITS * n),
                k=5,
            )
        )
    return out


def test_fewer_than_one_in_a_hundred_is_named_by_chance_and_stuffed_units_are() -> None:
    quiet = [
        find_alarms(invited=a, open_answers=o) for a, o in (both_channels(s) for s in range(40))
    ]
    assert np.mean([alarms.raised for alarms in quiet]) < 0.01
    for best in (True, False):
        for seed in range(5):
            a, o = both_channels(seed, stuffed=100, best=best)
            alarms = find_alarms(invited=a, open_answers=o)
            assert alarms.raised[0]
            assert (alarms.best if best else alarms.worst)[0] == alarms.extremes[0]
            assert alarms.open_weight[0] == 0


def test_open_answers_are_heard_less_and_less_before_the_alarm() -> None:
    a, o = both_channels(1)
    open_weight = []
    for excess in np.linspace(0, 0.25, 40):
        best = o.best.mean.copy()
        best[0] = a.best.mean[0] + excess
        one = replace(o, best=replace(o.best, mean=best))
        open_weight.append(find_alarms(invited=a, open_answers=one).open_weight[0])
    assert (open_weight[0], open_weight[-1]) == (1, 0)
    assert (np.diff(open_weight) <= 0).all()
    assert 0.2 < np.median([h for h in open_weight if 0 < h < 1]) < 0.8


def test_shares_and_counts_are_of_what_was_rated() -> None:
    found = channel_answers(
        mean=UnitMeans(mean=np.full(2, 50.0), variance=np.ones(2)),
        items=np.array([[5, 1], [5, 0], [0, 0], [3, 3]], dtype=np.int8),
        unit=np.array([0, 0, 0, 1]),
        weights=np.array([1.0, 3.0, 9.0, 2.0]),
        factor=np.array([1.0, 0.5, 1.0, 1.0]),
        k=5,
    )
    assert found.best.mean == pytest.approx([(0.5 + 3) / 4, 0])
    assert found.worst.mean == pytest.approx([0.5 / 4, 0])
    assert found.counts[0] == pytest.approx([0.5, 0, 0, 0, 0.75])
    assert found.counts[1] == pytest.approx([0, 0, 1, 0, 0])
