import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SEEDS

from survey.stats.small_area import SmallAreaError, fay_herriot


@given(seed=SEEDS, method=st.sampled_from(["reml", "ml", "fh"]))
@settings(max_examples=40, deadline=None)
def test_predictions_lie_between_direct_and_synthetic(seed: int, method) -> None:
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
    assert "zero" in found.summary()
    assert found.to_columns()["shrinkage"].tolist() == [1.0] * 8


@pytest.mark.parametrize(
    ("direct", "variance", "x", "words"),
    [
        (np.ones(3), np.ones(2), np.ones((3, 1)), "3 areas"),
        (np.ones(3), np.array([1.0, 0.0, 1.0]), np.ones((3, 1)), "area 1 is not positive"),
        (np.array([1.0, np.nan, 1.0]), np.ones(3), np.ones((3, 1)), "missing"),
        (np.ones(3), np.ones(3), np.ones((3, 2)), "collinear"),
        (np.ones(2), np.ones(2), np.eye(2), "2 predictors for 2 areas"),
    ],
)
def test_what_cannot_be_fitted_is_refused(direct, variance, x, words: str) -> None:
    with pytest.raises(SmallAreaError, match=words):
        fay_herriot(direct=direct, variance=variance, x=x)
