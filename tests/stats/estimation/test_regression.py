import numpy as np
import pytest

from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import mean
from survey.stats.estimation.regression import RegressionError, regress
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.bounded import Total, calibrate
from survey.stats.weighting.calibration import Calibration

N = 60


def one_negative(base: np.ndarray) -> Calibration:
    """A linear calibration to a total so far out that g falls below zero."""
    x = np.arange(N, dtype=float)
    size = Total(variable="n", values=np.ones(N), total=float(base.sum()))
    far = Total(variable="x", values=x, total=float(1.8 * base @ x))
    return calibrate(base_weights=base, totals=[size, far])


def weights() -> WeightSet:
    base = np.random.default_rng(8).uniform(1, 4, N)
    return WeightSet(base_weights=base, design=Design.build(n=N))


def predictors() -> np.ndarray:
    return np.stack([np.ones(N), np.random.default_rng(9).normal(size=N)], axis=1)


def test_regression_on_a_constant_is_the_mean() -> None:
    y = np.random.default_rng(1).normal(50, 9, N)
    y[:7] = np.nan
    found = regress(weights=weights(), y=y, x=np.ones((N, 1)))
    known = mean(weights=weights(), y=y)
    assert found.coefficients == pytest.approx(known.value)
    assert found.se == pytest.approx(known.se)
    assert found.converged
    assert "degrees of freedom" in found.summary()
    assert found.to_columns()["se"].shape == (1,)


def test_exact_line_is_found() -> None:
    x = predictors()
    found = regress(weights=weights(), y=x @ [2.0, -3.0], x=x)
    np.testing.assert_allclose(found.coefficients, [2.0, -3.0])
    assert found.df == N - 2


def test_logistic_scores_are_zero_at_the_solution() -> None:
    x, w = predictors(), weights()
    y = (np.random.default_rng(2).random(N) < 0.4).astype(float)
    found = regress(weights=w, y=y, x=x, family="logistic")
    np.testing.assert_allclose(x.T @ (w.weights * (y - found.fitted)), 0, atol=1e-9)


def test_what_cannot_be_fitted_is_refused() -> None:
    x, w = predictors(), weights()
    y = (x[:, 1] > 0).astype(float)
    with pytest.raises(RegressionError, match="separated"):
        regress(weights=w, y=y, x=x, family="logistic")
    with pytest.raises(RegressionError, match="collinear"):
        regress(weights=w, y=y, x=np.concatenate([x, x], axis=1))
    with pytest.raises(RegressionError, match="missing"):
        regress(weights=w, y=y, x=np.where(x > 1, np.nan, x))
    with pytest.raises(RegressionError, match="outside_zero_to_one"):
        regress(weights=w, y=y * 3, x=x, family="logistic")
    negative = WeightSet(
        base_weights=w.base_weights, design=w.design, calibration=one_negative(w.base_weights)
    )
    with pytest.raises(RegressionError, match="negative_weight"):
        regress(weights=negative, y=y, x=x)
    with pytest.raises(RegressionError, match="shapes"):
        regress(weights=w, y=y[:5], x=x)
