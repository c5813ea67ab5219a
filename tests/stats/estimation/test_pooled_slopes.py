import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.estimation.pooled_slopes import PooledSlopes
from survey.stats.weighting.auxiliary import Auxiliary

UNITS, SIZES = 4, (3, 2)


def drawn(seed: int, n: int = 60, *, known: np.ndarray | None = None) -> PooledSlopes:
    rng = np.random.default_rng(seed)
    shares = [rng.dirichlet(np.ones(size), UNITS) for size in SIZES]
    return PooledSlopes.build(
        auxiliary=Auxiliary(
            codes=tuple(rng.integers(0, size, n) for size in SIZES), sizes=SIZES,
            values=np.zeros((n, 0)),
        ),
        unit=np.concatenate([np.arange(UNITS), rng.integers(0, UNITS, n - UNITS)]),
        weights=rng.uniform(0.2, 1.0, n),
        known=np.concatenate(shares, axis=1) if known is None else known,
    )  # fmt: skip


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000))
def test_it_is_the_regression_on_unit_and_categories_at_each_units_population(seed: int) -> None:
    pooled = drawn(seed)
    y = np.random.default_rng([seed, 1]).normal(60, 20, pooled.unit.size)
    x = np.concatenate([np.eye(UNITS)[pooled.unit], pooled.auxiliary.dense()], axis=1)
    root = np.sqrt(pooled.weights)
    fitted = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
    known = pooled.gap + pooled.sample_means
    expected = fitted[:UNITS] + known @ fitted[UNITS:]
    assert pooled.mean(y) + pooled.shift(y) == pytest.approx(expected, abs=1e-8)


def test_units_that_differ_by_a_constant_are_met_exactly() -> None:
    pooled = drawn(5)
    effect = np.array([-6.0, 0.0, 9.0, 2.0, -2.0])
    y = 10.0 * pooled.unit + pooled.auxiliary.times(effect[:, None])[:, 0]
    truth = 10.0 * np.arange(UNITS) + (pooled.gap + pooled.sample_means) @ effect
    assert pooled.mean(y) + pooled.shift(y) == pytest.approx(truth)
    assert pooled.variance(y) == pytest.approx(np.zeros(UNITS), abs=1e-15)


def test_answers_made_up_as_the_population_are_not_moved() -> None:
    pooled = drawn(7)
    like = drawn(7, known=pooled.sample_means)
    y = np.arange(60.0)
    assert like.shift(y) == pytest.approx(np.zeros(UNITS), abs=1e-9)
    own = like.residuals(y) * like.weights / like.total[like.unit]
    for unit in range(UNITS):
        here = own[like.unit == unit]
        spread = here.size / (here.size - 1) * float(((here - here.mean()) ** 2).sum())
        assert like.variance(y)[unit] == pytest.approx(spread)


def test_the_variance_is_that_of_repeated_samples() -> None:
    rng = np.random.default_rng(3)
    n, known = 40, np.tile([0.2, 0.8], (3, 1))
    unit = np.repeat(np.arange(3), n)
    estimates, told = [], []
    for _ in range(150):
        old = (rng.random(3 * n) < 0.5).astype(np.intp)
        pooled = PooledSlopes.build(
            auxiliary=Auxiliary(codes=(old,), sizes=(2,), values=np.zeros((3 * n, 0))),
            unit=unit, weights=np.ones(3 * n), known=known,
        )  # fmt: skip
        y = 5.0 * unit + 15.0 * old + rng.normal(0, 10, 3 * n)
        estimates.append(pooled.mean(y) + pooled.shift(y))
        told.append(pooled.variance(y))
    assert np.mean(estimates, axis=0) == pytest.approx([12, 17, 22], abs=0.3)
    assert np.mean(told, axis=0) == pytest.approx(np.var(estimates, axis=0), rel=0.3)


def test_a_unit_of_one_answer_has_no_error_of_its_own() -> None:
    pooled = PooledSlopes.build(
        auxiliary=Auxiliary(codes=(np.array([0, 1, 0]),), sizes=(2,), values=np.zeros((3, 0))),
        unit=np.array([0, 0, 1]), weights=np.ones(3), known=np.full((2, 2), 0.5),
    )  # fmt: skip
    y = np.array([60.0, 80.0, 100.0])
    assert (pooled.mean(y) + pooled.shift(y)).tolist() == pytest.approx([70.0, 110.0])
    assert np.isnan(pooled.variance(y)[1])
