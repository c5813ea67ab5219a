import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survey.stats.integrity.careless import Carelessness, careless_probability
from survey.stats.integrity.careless_indices import CarelessError, irv, longstring, mahalanobis

Floats = NDArray[np.float64]
K = 8
LINES, RANDOM = slice(0, 60), slice(60, 120)


def honest_items(rng: np.random.Generator, n: int, *, level: float = 3.6) -> Floats:
    own = level + 0.7 * rng.standard_normal((n, 1))
    return np.clip(np.round(own + 0.6 * rng.standard_normal((n, K))), 1, 5)


def county(seed: int, *, careless: bool = True) -> tuple[Floats, NDArray[np.int64]]:
    """3,000 respondents; the first 60 rush down one column, the next 60 click anywhere."""
    rng = np.random.default_rng(seed)
    items = honest_items(rng, 3000)
    seconds = np.exp(4.5 + 0.45 * rng.standard_normal(3000))
    if careless:
        items[LINES] = rng.choice([1.0, 5.0], size=(60, 1))
        items[RANDOM] = rng.integers(1, 6, size=(60, K))
        seconds[:120] = rng.uniform(5, 20, 120)
    return items, (1000 * seconds).astype(np.int64)


def assess(items: Floats, duration_ms: NDArray[np.int64]) -> Carelessness:
    channel = np.zeros(items.shape[0], dtype=np.intp)
    return careless_probability(items=items, duration_ms=duration_ms, channel=channel)


def test_missing_answers_break_runs_and_are_passed_over() -> None:
    items = np.array([[5, 5, np.nan, 5, 5, 5], [1, np.nan, np.nan, np.nan, np.nan, np.nan]])
    longest, average = longstring(items)
    assert longest.tolist() == [3, 1]
    assert average.tolist() == [2, 1]
    assert irv(items)[0] == 0
    assert np.isnan(irv(items)[1])
    assert np.isfinite(mahalanobis(items)).all()


def test_a_distance_is_as_large_on_average_whatever_was_answered() -> None:
    rng = np.random.default_rng(3)
    items = rng.normal(size=(20_000, K)) + 2 * rng.normal(size=(20_000, 1))
    items[rng.random(items.shape) < 0.08] = np.nan
    distance, whole = mahalanobis(items), np.isfinite(items).all(axis=1)
    assert distance[whole].mean() == pytest.approx(K, rel=0.02)
    assert distance[~whole].mean() == pytest.approx(K, rel=0.02)
    # Items nobody answered, and people who answered none, have no part in it.
    items[:5] = np.nan
    beside = np.column_stack([items, np.full(items.shape[0], np.nan)])
    assert (mahalanobis(items)[:5] == 0).all()
    np.testing.assert_allclose(mahalanobis(beside) * K / (K + 1), mahalanobis(items))


def test_those_who_did_not_read_are_told_from_those_who_did() -> None:
    found = assess(*county(1))
    assert found.probability[LINES].mean() > 0.7
    assert found.probability[RANDOM].mean() > 0.5
    assert found.probability[120:].mean() < 0.005


def test_hardly_any_weight_is_lost_where_all_read() -> None:
    for seed in range(5):
        assert assess(*county(seed, careless=False)).probability.mean() < 0.01


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(2.0, 4.5))
def test_straight_lines_alone_are_never_more_likely_careless_than_not(
    seed: int, level: float
) -> None:
    rng = np.random.default_rng(seed)
    items = honest_items(rng, 400, level=level)
    items[:40] = np.round(items[:40, :1])
    found = assess(items, np.full(400, -1))
    assert (found.probability <= 0.5).all()
    steady = assess(items, np.full(400, 90_000))
    assert (steady.probability <= 0.5).all()


def test_speed_alone_is_never_enough() -> None:
    items, duration = county(2, careless=False)
    items[:50] = np.tile([3, 4, 4, 3, 4, 4, 3, 4], (50, 1))
    duration[:50] = 3_000
    assert (assess(items, duration).probability[:50] <= 0.5).all()


def test_good_and_bad_opinions_are_treated_alike() -> None:
    items, duration = county(3)
    up, down = assess(items, duration), assess(6 - items, duration)
    np.testing.assert_allclose(up.probability, down.probability, atol=1e-9)


def test_times_are_compared_within_their_channel() -> None:
    items, duration = county(4, careless=False)
    slow = np.arange(3000) >= 1500
    duration[slow] *= 5
    channel = slow.astype(np.intp)
    apart = careless_probability(items=items, duration_ms=duration, channel=channel)
    assert abs(np.median(apart.speed[slow])) < 1e-9
    assert abs(np.median(apart.speed[~slow])) < 1e-9


def test_a_few_answers_or_none_give_no_verdict() -> None:
    few = assess(np.full((3, K), 5.0), np.full(3, 60_000))
    assert (few.probability <= 0.5).all()
    assert assess(np.zeros((0, K)), np.zeros(0, dtype=np.int64)).probability.size == 0
    one_item = assess(np.full((500, 1), 5.0), np.full(500, 60_000))
    assert (one_item.probability < 0.2).all()


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(CarelessError, match="rows"):
        assess(np.ones((3, K)), np.ones(2, dtype=np.int64))
    with pytest.raises(CarelessError, match="shape"):
        irv(np.ones(3))
