"""Contradiction between channels, and too many answers at the end of the scale."""

import numpy as np

from survey.stats.answer_shape import extreme_excess
from survey.stats.combination import UnitMeans
from survey.stats.discrepancy import ALARM, discrepancy

UNITS = 60


def channels(seed: int, lift: float) -> tuple[UnitMeans, UnitMeans]:
    rng = np.random.default_rng(seed)
    truth = 62 + 5 * rng.standard_normal(UNITS)
    anchor = UnitMeans(
        mean=truth + 1.8 * rng.standard_normal(UNITS), variance=np.full(UNITS, 1.8**2)
    )
    o = truth - 3 + 1.5 * rng.standard_normal(UNITS) + 0.8 * rng.standard_normal(UNITS)
    o[:3] += lift
    return anchor, UnitMeans(mean=o, variance=np.full(UNITS, 0.64))


def test_a_common_bias_is_no_contradiction_and_a_lifted_unit_is_one() -> None:
    quiet = np.concatenate(
        [discrepancy(anchor=a, open_sample=o) for a, o in (channels(s, 0.0) for s in range(40))]
    )
    assert (np.abs(quiet) > ALARM).mean() < 0.01
    for seed in range(5):
        anchor, free = channels(seed, 16.0)
        assert (discrepancy(anchor=anchor, open_sample=free)[:3] > ALARM).all()


def test_fewer_than_three_units_tell_nothing() -> None:
    anchor, free = channels(0, 0.0)
    mean = np.full(UNITS, np.nan)
    mean[:2] = free.mean[:2]
    lonely = UnitMeans(mean=mean, variance=free.variance)
    assert np.isnan(discrepancy(anchor=anchor, open_sample=lonely)).all()


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
    assert (quiet > ALARM).mean() < 0.01
    found = [extreme_excess(answers(seed, stuffed=150))[0] for seed in range(20)]
    assert np.mean(np.array(found) > ALARM) > 0.9
    worst = [extreme_excess(answers(seed, stuffed=150)[:, ::-1])[0] for seed in range(5)]
    assert max(worst) < ALARM


def test_units_without_answers_have_no_shape() -> None:
    counts = answers(1)
    counts[5] = 0
    found = extreme_excess(counts)
    assert np.isnan(found[5])
    assert np.isfinite(np.delete(found, 5)).all()
    assert np.isnan(extreme_excess(counts[:2])).all()
