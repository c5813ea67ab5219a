from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from survey.stats.small_areas.fay_herriot import SmallAreaError, fay_herriot, smooth_variances
from survey.stats.small_areas.publication import (
    DIRECT,
    MODEL_ASSISTED,
    WITHHELD,
    decide_publication,
)
from tests.stats.samples import SEEDS

Floats = NDArray[np.float64]


def areas(seed: int, *, m: int = 20, spread: float = 5.0) -> dict[str, Floats]:
    rng = np.random.default_rng(seed)
    variance = rng.uniform(1, 25, m)
    covariate = rng.standard_normal(m)
    truth = 65 + 3 * covariate + spread * rng.standard_normal(m)
    return {
        "direct": truth + np.sqrt(variance) * rng.standard_normal(m),
        "variance": variance,
        "x": np.column_stack([np.ones(m), covariate]),
        "truth": truth,
    }


def fit(case: dict[str, Floats], method: str) -> Any:
    given_ = {name: value for name, value in case.items() if name != "truth"}
    return fay_herriot(**given_, method=method)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["li_lahiri", "yoshimori_lahiri"]))
def test_the_adjusted_methods_never_find_that_all_areas_are_alike(seed: int, method: str) -> None:
    found = fit(areas(seed, spread=0.0), method)
    assert found.area_variance > 0
    assert (found.shrinkage < 1).all()
    assert found.notices == ()


def test_reml_says_when_the_areas_do_not_differ() -> None:
    found = [fit(areas(seed, spread=0.0), "reml") for seed in range(8)]
    flat = [each for each in found if each.area_variance == 0]
    assert flat
    assert all(each.notices[0].code == "no_area_variance" for each in flat)


@pytest.mark.parametrize("method", ["reml", "ml", "fh", "yoshimori_lahiri"])
def test_the_error_is_about_right_and_below_the_direct_one(method: str) -> None:
    squares, stated, direct = [], [], []
    for seed in range(150):
        case = areas(seed)
        found = fit(case, method)
        squares.append(np.mean((found.value - case["truth"]) ** 2))
        stated.append(np.mean(found.mse))
        direct.append(np.mean((case["direct"] - case["truth"]) ** 2))
    assert np.mean(squares) < 0.8 * np.mean(direct)
    assert np.mean(stated) == pytest.approx(np.mean(squares), rel=0.12)


def test_the_order_of_areas_does_not_matter() -> None:
    case = areas(3)
    back = {name: value[::-1] for name, value in case.items()}
    turned = fit(back, "reml").value[::-1]
    np.testing.assert_allclose(fit(case, "reml").value, turned, rtol=1e-9)


def test_smoothing_gives_small_units_the_common_variance() -> None:
    n = np.array([2.0, 20.0, 2000.0])
    smooth = smooth_variances(variance=np.array([np.nan, 25.0, 0.2]), effective_n=n)
    pooled = (500 * 20 + 400 * 2000) / 2020
    np.testing.assert_allclose(smooth * n, [pooled, (500 + pooled) / 2, 400 + (pooled - 400) / 101])


def test_a_score_made_of_other_units_answers_is_withheld() -> None:
    decided = decide_publication(
        n=np.array([100, 20, 20, 4, 20]),
        direct_se=np.array([2.0, 4.0, 4.0, 1.0, np.nan]),
        model_se=np.array([1.9, 2.4, 2.6, 1.0, np.nan]),
        shrinkage=np.array([0.1, 0.4, 0.4, 0.1, 0.4]),
    )
    assert decided.tolist() == [DIRECT, MODEL_ASSISTED, WITHHELD, WITHHELD, WITHHELD]


@given(seed=SEEDS, method=st.sampled_from(["reml", "ml", "fh"]))
@settings(max_examples=40, deadline=None)
def test_predictions_lie_between_direct_and_synthetic(seed: int, method: str) -> None:
    generator = np.random.default_rng(seed)
    m = int(generator.integers(6, 60))
    x = np.stack([np.ones(m), generator.normal(size=m)], axis=1)
    variance = generator.uniform(0.5, 9, m)
    direct = x @ [60, 3] + generator.normal(0, 3, m) + np.sqrt(variance) * generator.normal(size=m)
    found = fay_herriot(direct=direct, variance=variance, x=x, method=method)
    synthetic = x @ found.coefficients
    low, high = np.minimum(direct, synthetic), np.maximum(direct, synthetic)
    assert ((found.value >= low - 1e-9) & (found.value <= high + 1e-9)).all()
    assert np.isfinite(found.mse).all()
    assert (found.area_variance == 0) == bool(found.notices)
    if method == "fh" and found.area_variance > 0:
        residual = direct - synthetic
        assert residual**2 @ (1 / (found.area_variance + variance)) == pytest.approx(m - 2)


def test_areas_without_differences_are_noticed() -> None:
    found = fay_herriot(direct=np.full(8, 70.0), variance=np.ones(8), x=np.ones((8, 1)))
    assert found.area_variance == 0
    assert found.value == pytest.approx(np.full(8, 70.0))
    assert found.notices[0].code == "no_area_variance"
    assert "no_area_variance" in found.summary()
    assert found.to_columns()["shrinkage"].tolist() == [1.0] * 8


@pytest.mark.parametrize(
    ("direct", "variance", "x", "words"),
    [
        (np.ones(3), np.ones(2), np.ones((3, 1)), "shapes: areas=3"),
        (np.ones(3), np.array([1.0, 0.0, 1.0]), np.ones((3, 1)), "variance: area=1"),
        (np.array([1.0, np.nan, 1.0]), np.ones(3), np.ones((3, 1)), "missing"),
        (np.ones(3), np.ones(3), np.ones((3, 2)), "predictors: predictors=2, areas=3"),
        (np.ones(2), np.ones(2), np.eye(2), "predictors: predictors=2, areas=2"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    direct: Floats, variance: Floats, x: Floats, words: str
) -> None:
    with pytest.raises(SmallAreaError, match=words):
        fay_herriot(direct=direct, variance=variance, x=x)


def test_unknown_methods_and_nothing_to_smooth_are_refused() -> None:
    with pytest.raises(SmallAreaError, match="unknown_method: method=best"):
        fit(areas(1), "best")
    with pytest.raises(SmallAreaError, match="no_variance"):
        smooth_variances(variance=np.array([np.nan]), effective_n=np.array([3.0]))
