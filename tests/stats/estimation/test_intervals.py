import numpy as np
import pytest

from survey.stats.estimation.intervals import (
    beta_limits,
    proportion_interval,
    t_interval,
    t_quantile,
)


def test_t_interval() -> None:
    lower, upper = t_interval(value=np.array([10.0]), se=np.array([2.0]), df=np.array([14.0]))
    assert lower[0] == pytest.approx(10 - 2 * 2.1447866879)
    assert upper[0] == pytest.approx(10 + 2 * 2.1447866879)


def test_without_degrees_of_freedom_the_interval_is_wide_and_finite() -> None:
    assert t_quantile(np.array([0.0, -3.0]), 0.95) == pytest.approx([12.7062, 12.7062], rel=1e-5)


def test_clopper_pearson_by_the_book() -> None:
    # 4 of 20: 0.0573 to 0.4366.
    lower, upper = beta_limits(np.array([0.2]), np.array([20.0]), 0.95)
    assert lower[0] == pytest.approx(0.05733, abs=1e-5)
    assert upper[0] == pytest.approx(0.43661, abs=1e-5)


@pytest.mark.parametrize("method", ["logit", "beta"])
def test_zero_and_one_fall_back_to_the_exact_limits(method: str) -> None:
    ends = np.array([0.0, 1.0])
    lower, upper = proportion_interval(
        value=ends, se=np.zeros(2), df=np.full(2, 9.0), n=np.full(2, 10.0),
        effective_n=np.full(2, 10.0), method=method,
    )  # fmt: skip
    assert (lower[0], upper[1]) == (0.0, 1.0)
    assert upper[0] == pytest.approx(1 - 0.025 ** (1 / 10))
    assert lower[1] == pytest.approx(0.025 ** (1 / 10))
