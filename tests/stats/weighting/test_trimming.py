import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from survey.stats.weighting.trimming import TrimmingError, trim
from tests.stats.samples import SEEDS


@given(seed=SEEDS, strict=st.booleans())
@settings(max_examples=60, deadline=None)
def test_trimming_keeps_the_sum(seed: int, strict: bool) -> None:
    generator = np.random.default_rng(seed)
    weights = generator.lognormal(0, 1, int(generator.integers(5, 200)))
    lower, upper = 0.2 * weights.mean(), 2.5 * weights.mean()
    assume(((lower <= weights) & (weights <= upper)).any())  # else there is none to take the rest
    trimmed = trim(weights=weights, upper=upper, lower=lower, strict=strict)
    assert trimmed.sum() == pytest.approx(weights.sum(), rel=1e-12)
    if strict:
        assert trimmed.max() <= upper * (1 + 1e-12)


def test_excess_is_spread_equally_over_the_weights_inside() -> None:
    assert trim(weights=np.array([1.0, 2.0, 9.0]), upper=5).tolist() == [3.0, 4.0, 5.0]


def test_one_round_may_push_a_weight_over_the_limit_and_strict_may_not() -> None:
    weights = np.array([1.0, 4.9, 9.1])
    assert trim(weights=weights, upper=5.5).max() > 5.5
    strict = trim(weights=weights, upper=5.5, strict=True)
    np.testing.assert_allclose(strict, [4.0, 5.5, 5.5])


def test_weights_inside_are_returned_as_a_copy() -> None:
    weights = np.array([1.0, 2.0])
    trimmed = trim(weights=weights, upper=5, strict=True)
    assert trimmed is not weights
    assert trimmed.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("strict", [False, True])
def test_equal_limits_that_hold_every_weight_change_nothing_as_r(strict) -> None:
    """In R: weights(trimWeights(svydesign(~1, weights = rep(2, 3)), 2, 2, strict)): 2 2 2."""
    assert trim(weights=np.full(3, 2.0), lower=2, upper=2, strict=strict).tolist() == [2.0] * 3


@pytest.mark.parametrize(
    ("limits", "strict"),
    [((5.0, 1.0), False), ((0.0, 3.0), True), ((6.0, 9.0), True), ((4.1, 4.2), False)],
)
def test_limits_that_cannot_hold_the_sum_are_refused(limits, strict) -> None:
    lower, upper = limits
    with pytest.raises(TrimmingError):
        trim(weights=np.array([1.0, 9.0, 3.0]), lower=lower, upper=upper, strict=strict)
