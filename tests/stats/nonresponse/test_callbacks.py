"""Nonresponse that depends on the answer, told from who needed a reminder."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.nonresponse.callbacks import CallbackError, Waves, fit_callbacks, weights_given


def invited(g: float, *, n: int = 20_000, seed: int = 0) -> tuple[Waves, float]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(n), rng.standard_normal((n, 2))])
    y = 0.5 * x[:, 1] + rng.standard_normal(n)
    first = rng.random(n) < 1 / (1 + np.exp(-(-1.15 + 0.2 * x[:, 1] + g * y)))
    second = rng.random(n) < 1 / (1 + np.exp(-(-1.7 + 0.1 * x[:, 2] + g * y)))
    wave = np.where(first, 1, np.where(second, 2, 0)).astype(np.int8)
    return Waves(base_weights=np.ones(n), x=x, wave=wave, y=y), float(y.mean())


def mean_under(waves: Waves, g: float) -> float:
    weights = weights_given(waves, g)
    return float(weights @ waves.y / weights.sum())


@pytest.mark.slow
@pytest.mark.parametrize("g", [0.0, 0.3, 0.6])
def test_g_is_recovered_and_the_bias_goes(g: float) -> None:
    found = [fit_callbacks(invited(g, seed=seed)[0]) for seed in range(12)]
    assert np.mean([c.g for c in found]) == pytest.approx(g, abs=0.15)
    spread = np.std([c.g for c in found])
    assert 0.4 * spread < np.median([c.se for c in found]) < 2.5 * spread
    left = [
        mean_under(waves, c.g) - truth
        for seed, c in enumerate(found)
        for waves, truth in [invited(g, seed=seed)]
    ]
    assert abs(np.mean(left)) < 0.07


def test_weights_stand_for_everybody_invited() -> None:
    waves, _ = invited(0.3)
    assert float(weights_given(waves, 0.3).sum()) == pytest.approx(20_000, rel=0.02)
    assert (weights_given(waves, 0.3)[waves.wave == 0] == 0).all()


def test_what_is_used_is_shrunk_and_its_range_holds_it() -> None:
    found = fit_callbacks(invited(0.6, seed=1)[0])
    assert abs(found.shrunk) < abs(found.g)
    assert found.shrunk_se < found.se
    low, high = found.interval()
    assert low < found.shrunk < high
    assert high - low == pytest.approx(2 * 1.959964 * found.shrunk_se)


def test_too_few_answers_in_a_wave_are_refused() -> None:
    waves, _ = invited(0.0, n=40)
    with pytest.raises(CallbackError, match="fewest=10"):
        fit_callbacks(waves)


def test_waves_that_tell_nothing_leave_the_prior() -> None:
    waves, _ = invited(0.0, n=400)
    constant = Waves(base_weights=waves.base_weights, x=waves.x, wave=waves.wave, y=np.zeros(400))
    found = fit_callbacks(constant)
    assert (found.shrunk, found.shrunk_se) == (0.0, 0.3)
    assert np.isinf(found.se)


def test_where_everybody_answered_nobody_stands_for_another() -> None:
    waves, _ = invited(0.3, n=400)
    answered = replace(waves, wave=np.where(waves.wave == 1, 1, 2).astype(np.int8))
    found = fit_callbacks(answered)
    assert np.isfinite([found.g, found.shrunk, found.shrunk_se]).all()
    assert weights_given(answered, found.shrunk) == pytest.approx(waves.base_weights)
