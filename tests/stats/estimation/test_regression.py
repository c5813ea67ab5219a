import numpy as np
import pytest

from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import mean
from survey.stats.estimation.regression import RegressionError, regress
from survey.stats.estimation.separation import separation
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


def test_the_table_has_names_tests_and_limits() -> None:
    x = predictors()
    found = regress(weights=weights(), y=x @ [2.0, -3.0] + x[:, 1] ** 2, x=x, names=("c", "visits"))
    assert np.all((found.lower < found.coefficients) & (found.coefficients < found.upper))
    assert ((found.p_value >= 0) & (found.p_value <= 1)).all()
    lines = found.summary().splitlines()
    assert lines[2].split()[0] == "visits"
    assert lines[-1].startswith("converged after")
    columns = found.to_columns()
    assert columns["name"].tolist() == ["c", "visits"]
    assert {column.shape for column in columns.values()} == {(2,)}
    with pytest.raises(RegressionError, match="names=1, columns=2"):
        regress(weights=weights(), y=x[:, 1], x=x, names=("c",))


def test_a_fit_cut_short_says_so() -> None:
    x = predictors()
    y = (np.random.default_rng(3).random(N) < 0.4).astype(float)
    found = regress(weights=weights(), y=y, x=x, family="logistic", max_iterations=2)
    assert not found.converged
    assert "did NOT converge after 2 iterations" in found.summary()


def test_a_model_without_freedom_says_so() -> None:
    villages = Design.build(n=N, units=[np.arange(N) // 30])
    w = WeightSet(base_weights=np.ones(N), design=villages)
    found = regress(weights=w, y=np.arange(N) % 7.0, x=predictors())
    assert found.df == 0
    assert [notice.code for notice in found.notices] == ["model_without_freedom"]


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers with a category in which all are alike, beside a number that says something."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(40, 120))
    rural, group = rng.integers(0, 2, n), rng.integers(0, 3, n)
    x = np.column_stack([np.ones(n), rng.normal(size=n), rural, group == 1, group == 2])
    y = (rng.random(n) < 1 / (1 + np.exp(-x[:, 1]))).astype(float)
    return np.where(group == 2, float(seed % 2), y), x.astype(float)


def test_quasi_separation_is_refused_by_name_every_time() -> None:
    names = ("constant", "age", "rural", "street", "office")
    for seed in range(12):
        y, x = drawn(seed)
        w = WeightSet(base_weights=np.ones(y.size), design=Design.build(n=y.size))
        with pytest.raises(RegressionError, match=r"quasi_separated: columns=\(office\)"):
            regress(weights=w, y=y, x=x, family="logistic", names=names)
        # One answer of the other kind, and the likelihood has its maximum.
        other = np.flatnonzero(x[:, 4])[0]
        y[other] = 1 - y[other]
        assert regress(weights=w, y=y, x=x, family="logistic", names=names).converged


def test_what_separates_is_named() -> None:
    x = np.column_stack([predictors(), np.random.default_rng(4).normal(size=(N, 2))])
    found = separation(y=(x[:, 1] + x[:, 3] > 0).astype(float), x=x)
    assert found is not None
    assert found.complete
    assert found.columns.tolist() == [1, 3]
    assert found.rows.all()
    alike = separation(y=np.zeros(N), x=x)
    assert alike is not None
    assert alike.columns.tolist() == [0]
    # A share is a one and a zero at once.
    shares = np.where(x[:, 1] > 0, 1.0, 0.25)
    half = separation(y=shares, x=x[:, :2])
    assert half is None
    assert separation(y=np.where(x[:, 1] > 0, 0.75, 0.25), x=x) is None


def test_rows_without_weight_separate_nothing() -> None:
    y, x = drawn(2)
    base = np.where(x[:, 4] == 1, 0.0, 1.0)
    w = WeightSet(base_weights=base, design=Design.build(n=y.size))
    assert regress(weights=w, y=y, x=x[:, :4], family="logistic").converged


def test_what_cannot_be_fitted_is_refused() -> None:
    x, w = predictors(), weights()
    y = (x[:, 1] > 0).astype(float)
    with pytest.raises(RegressionError, match=r"regression.separated: columns=\(x1\)"):
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
