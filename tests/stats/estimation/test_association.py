import numpy as np
import pytest

from survey.stats.estimation.association import association_test
from survey.stats.estimation.design import Design
from survey.stats.estimation.regression import RegressionError, regress
from survey.stats.estimation.significance import SignificanceError, wald_test
from survey.stats.estimation.weight_set import WeightSet

METHODS = ("rao_scott", "rao_scott_chi_squared", "wald", "adjusted_wald")


def villages(seed: int, *, n: int = 24, each: int = 10, real: float = 0.0) -> tuple:
    """Answers alike within villages: independent in the population unless ``real``."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n), each)
    leaning = rng.normal(size=n)[unit]
    town = (rng.normal(size=n * each) + leaning > 0).astype(int)
    pleased = (rng.normal(size=n * each) + rng.normal(size=n)[unit] + real * town > 0).astype(int)
    weights = WeightSet(
        base_weights=rng.uniform(1, 3, n * each), design=Design.build(n=n * each, units=[unit])
    )
    return weights, town, pleased


def test_independent_answers_of_villages_are_told_apart_from_related_ones() -> None:
    false = [association_test(weights=w, rows=a, columns=b).p_value
             for w, a, b in map(villages, range(200))]  # fmt: skip
    assert np.mean(np.array(false) < 0.05) < 0.1
    w, a, b = villages(1, real=2.0)
    for method in METHODS:
        assert association_test(weights=w, rows=a, columns=b, method=method).p_value < 1e-3
        assert "p " in association_test(weights=w, rows=a, columns=b, method=method).summary()


def test_missing_answers_stay_in_the_design_and_order_means_nothing() -> None:
    w, a, b = villages(2, real=0.5)
    a = np.where(np.arange(a.size) % 9 == 0, -1, a * 7)
    first = association_test(weights=w, rows=a, columns=b)
    turned = association_test(weights=w, rows=b, columns=np.where(a == 0, 3, a))
    assert turned.statistic == pytest.approx(first.statistic)
    assert first.to_columns()["p_value"].shape == (1,)


def test_what_cannot_be_tested_is_refused() -> None:
    w, a, b = villages(3)
    with pytest.raises(SignificanceError, match="one_category"):
        association_test(weights=w, rows=a * 0, columns=b)
    with pytest.raises(SignificanceError, match="rows=3"):
        association_test(weights=w, rows=a[:3], columns=b)
    few = WeightSet(
        base_weights=np.ones(240), design=Design.build(n=240, units=[np.arange(240) // 120])
    )
    many = np.arange(240) % 4
    with pytest.raises(SignificanceError, match="no_freedom"):
        association_test(weights=few, rows=many, columns=b, method="adjusted_wald")
    with pytest.raises(SignificanceError, match="singular"):
        association_test(weights=few, rows=many, columns=b, method="wald")
    apart = np.arange(240) % 3
    with pytest.raises(SignificanceError, match="empty_cells"):
        association_test(weights=w, rows=apart, columns=apart)
    with pytest.raises(SignificanceError, match="singular"):
        wald_test(value=np.ones(2), covariance=np.ones((2, 2)), df=5)
    with pytest.raises(SignificanceError, match="shapes"):
        wald_test(value=np.ones(2), covariance=np.eye(3), df=5)
    with pytest.raises(SignificanceError, match="no_freedom"):
        wald_test(value=np.ones(2), covariance=np.eye(2), df=0)


def test_terms_of_a_regression_are_tested_by_name() -> None:
    w, a, b = villages(4)
    x = np.column_stack([np.ones(240), a, np.arange(240) % 7])
    found = regress(weights=w, y=b + 0.3 * a, x=x, names=("constant", "town", "day"))
    one = found.test(["town"])
    assert one.statistic == pytest.approx(found.t[1] ** 2)
    assert one.p_value == pytest.approx(found.p_value[1])
    with pytest.raises(RegressionError, match=r"names=\(city\)"):
        found.test(["city"])
