import numpy as np
import pytest

from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import Domains, EstimationError
from survey.stats.estimation.quantiles import quantile
from survey.stats.estimation.weight_set import WeightSet


def simple(base: np.ndarray, **parts: object) -> WeightSet:
    return WeightSet(base_weights=base, design=Design.build(n=base.size, **parts))  # type: ignore[arg-type]


def test_a_quantile_is_the_first_answer_that_reaches_the_share() -> None:
    y, w = np.array([10.0, 30, 20, 40, np.nan]), np.array([1.0, 1, 2, 4, 9])
    for at, wanted in ((0.1, 10), (0.125, 10), (0.3, 20), (0.5, 30), (0.51, 40), (0.99, 40)):
        assert quantile(weights=simple(w), y=y, at=at).value.tolist() == [wanted]
    # Sums that miss a share by rounding meet it.
    tenths = simple(np.full(50, 0.1))
    assert quantile(weights=tenths, y=np.arange(50.0), at=0.1).value.tolist() == [4]


def test_where_the_interval_reaches_beyond_the_answers_there_is_none() -> None:
    y = np.concatenate([np.arange(40.0), [1.0, 2, 3], [7.0, 7, 7], [5.0]])
    codes = np.repeat([0, 1, 2, 3], [40, 3, 3, 1])
    found = quantile(weights=simple(np.ones(47)), y=y, domains=Domains(codes=codes, size=5))
    assert found.value.tolist() == [19, 2, 7, 5]
    assert found.lower[0] < 19 < found.upper[0]
    assert np.isnan(found.lower[1:]).all()
    assert np.isnan(found.se[1:]).all()
    assert {notice.code: notice.domains for notice in found.notices} == {
        "empty_domain": (4,),
        "one_answer": (3,),
        "zero_variance": (2,),
        "quantile_beyond_answers": (1,),
    }


def test_intervals_hold_the_median_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(300):
        unit = np.repeat(np.arange(30), 8)
        y = rng.normal(size=30)[unit] + rng.normal(size=240)
        found = quantile(weights=simple(np.ones(240), units=[unit]), y=y)
        held += bool(found.lower[0] <= 0 <= found.upper[0])
    assert 0.91 < held / 300 < 0.98


def test_what_has_no_quantile_is_refused() -> None:
    weights = simple(np.ones(3))
    for at in (0.0, 1.0, np.nan):
        with pytest.raises(EstimationError, match="share"):
            quantile(weights=weights, y=np.ones(3), at=at)
    with pytest.raises(EstimationError, match="rows"):
        quantile(weights=weights, y=np.ones(2))
