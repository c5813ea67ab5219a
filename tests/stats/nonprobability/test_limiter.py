"""The limiter's bound, for anything whatever in the open channel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, stdtr, stdtrit

from survey.stats.nonprobability.combination import UnitMeans, combine
from survey.stats.nonprobability.limiter import limit

UNITS = 12
OPEN = st.lists(st.floats(0, 100), min_size=UNITS, max_size=UNITS)
VARIANCES = st.lists(st.floats(0.01, 100), min_size=UNITS, max_size=UNITS)


def limited(open_mean: list[float], open_variance: list[float]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    reference = UnitMeans(
        mean=60 + 6 * rng.standard_normal(UNITS), variance=rng.uniform(0.5, 8, UNITS)
    )
    open_means = UnitMeans(mean=np.array(open_mean), variance=np.array(open_variance))
    both, reference_only = (
        combine(
            reference=reference,
            open_sample=sample,
            covariates=np.ones((UNITS, 1)),
            rng=np.random.default_rng(2),
            draws=16,
        )
        for sample in (open_means, None)
    )
    reference_se = np.sqrt(reference.variance)
    held = limit(
        score=both.score,
        se=both.se,
        reference_score=reference_only.score,
        reference_se=reference_se,
        reach=0.5,
    )
    return held.score, reference_se


@pytest.mark.slow
@settings(deadline=None)
@given(OPEN, VARIANCES, OPEN, VARIANCES)
def test_no_two_open_samples_move_a_score_by_more_than_one_standard_error(
    first: list[float],
    first_variance: list[float],
    second: list[float],
    second_variance: list[float],
) -> None:
    one, reference_se = limited(first, first_variance)
    other, _ = limited(second, second_variance)
    assert (np.abs(one - other) <= reference_se * (1 + 1e-12) + 1e-12).all()


@given(st.floats(0, 100), st.floats(0.1, 20), st.floats(0, 100), st.floats(0.1, 20))
def test_the_interval_holds_the_posterior_with_the_confidence_asked_for(
    score: float, se: float, reference: float, reference_se: float
) -> None:
    held = limit(
        score=np.array([score]), se=np.array([se]), reference_score=np.array([reference]),
        reference_se=np.array([reference_se]), confidence=0.9,
    )  # fmt: skip
    upper = (held.score + held.half_width - score) / se
    lower = (held.score - held.half_width - score) / se
    assert float((ndtr(upper) - ndtr(lower))[0]) == pytest.approx(0.9, abs=1e-6)
    assert held.hit[0] == (abs(score - reference) > 0.5 * reference_se)
    assert held.se[0] >= se


def test_without_an_anchor_the_score_passes_as_it_is() -> None:
    held = limit(
        score=np.array([70.0]), se=np.array([2.0]), reference_score=np.array([np.nan]),
        reference_se=np.array([np.inf]),
    )  # fmt: skip
    assert held.score[0] == 70
    assert not held.hit[0]
    assert held.half_width[0] == pytest.approx(1.96 * 2, abs=1e-3)


def test_an_interval_is_wider_where_few_answers_told_of_the_error() -> None:
    held = limit(
        score=np.array([60.0, 60.0, 70.0]), se=np.full(3, 2.0), reference_score=np.full(3, 60.0),
        reference_se=np.full(3, 2.0), df=np.array([4.0, 40.0, 4.0]),
    )  # fmt: skip
    assert held.half_width[:2] == pytest.approx(2 * stdtrit([4.0, 40.0], 0.975), rel=1e-9)
    below, above = (70 - held.score[2] + sign * held.half_width[2] for sign in (-1, 1))
    assert stdtr(4, above / 2) - stdtr(4, below / 2) == pytest.approx(0.95, abs=1e-9)


def test_the_price_of_the_bound_is_as_stated() -> None:
    rng = np.random.default_rng(3)
    reference = rng.standard_normal(200_000)
    held = limit(
        score=np.zeros(reference.size), se=np.full(reference.size, 1e-9), reference_score=reference,
        reference_se=np.ones(reference.size),
    )  # fmt: skip
    assert float(np.sqrt(np.mean(held.score**2))) == pytest.approx(0.647, abs=0.005)
