"""Invited and open answers combined: recovered bias, robustness, coverage, refusals."""

import numpy as np
import pytest

from survey.stats.nonprobability.combination import (
    Combination,
    CombinationError,
    UnitMeans,
    combine,
)

UNITS = 60
CONSTANT = np.ones((UNITS, 1))


def combined(reference: UnitMeans, open_means: UnitMeans | None) -> Combination:
    return combine(
        reference=reference,
        open_sample=open_means,
        covariates=CONSTANT,
        rng=np.random.default_rng(1),
    )


def drawn(
    seed: int, *, beta: float = -2.0, omega: float = 1.5
) -> tuple[np.ndarray, UnitMeans, UnitMeans]:
    rng = np.random.default_rng(seed)
    truth = 62 + 5.4 * rng.standard_normal(UNITS)
    p = truth + 1.85 * rng.standard_normal(UNITS)
    o = truth + beta + omega * rng.standard_normal(UNITS) + 0.8 * rng.standard_normal(UNITS)
    reference = UnitMeans(mean=p, variance=np.full(UNITS, 1.85**2))
    return truth, reference, UnitMeans(mean=o, variance=np.full(UNITS, 0.64))


def test_the_bias_of_the_open_sample_and_its_spread_are_found() -> None:
    found = [combined(*drawn(seed)[1:]) for seed in range(20)]
    assert np.mean([c.beta for c in found]) == pytest.approx(-2.0, abs=0.3)
    # omega is the scale of a t with 4 degrees of freedom: a little below a normal's SD.
    assert 0.9 < np.mean([c.omega for c in found]) < 1.7
    assert np.mean([c.tau for c in found]) == pytest.approx(5.4, abs=0.5)


def test_nearer_the_truth_than_either_sample_with_intervals_that_hold() -> None:
    errors, held, reference_only = [], [], []
    for seed in range(40):
        truth, reference, open_means = drawn(seed)
        found = combined(reference, open_means)
        errors.append(found.score - truth)
        held.append(np.abs(found.score - truth) <= 1.96 * found.se)
        reference_only.append(combined(reference, None).score - truth)
    assert np.sqrt(np.mean(np.square(errors))) < 0.8 * np.sqrt(np.mean(np.square(reference_only)))
    assert 0.93 < np.mean(held) < 0.97


def test_an_open_mean_not_heard_is_as_if_there_were_none() -> None:
    _, reference, open_means = drawn(5)
    open_weight = np.ones(UNITS)

    def scores(**given: object) -> Combination:
        return combine(
            reference=reference, covariates=CONSTANT, rng=np.random.default_rng(1), **given
        )  # type: ignore[arg-type]

    assert (
        scores(open_sample=open_means).score
        == scores(open_sample=open_means, open_weight=open_weight).score
    ).all()
    open_weight[0] = 0
    mean = open_means.mean.copy()
    mean[0] = np.nan
    without = scores(open_sample=UnitMeans(mean=mean, variance=open_means.variance))
    assert scores(open_sample=open_means, open_weight=open_weight).score == pytest.approx(
        without.score, rel=1e-12
    )
    shares = []
    for part in (0.0, 0.25, 0.5, 1.0):
        open_weight[0] = part
        shares.append(scores(open_sample=open_means, open_weight=open_weight).open_share[0])
    assert shares[0] == 0
    assert (np.diff(shares) > 0).all()
    for wrong in (open_weight[1:], open_weight + 1):
        with pytest.raises(CombinationError, match="heard"):
            scores(open_sample=open_means, open_weight=wrong)


def test_an_open_result_counts_the_less_the_more_it_contradicts() -> None:
    _, reference, open_means = drawn(3)
    pulls = []
    for lift in (2.0, 4.0, 8.0, 16.0, 32.0):
        mean = open_means.mean.copy()
        mean[0] = reference.mean[0] - 2.0 + lift
        found = combined(reference, UnitMeans(mean=mean, variance=open_means.variance))
        pulls.append(found.score[0] - combined(reference, None).score[0])
        share = found.open_share[0]
    assert max(pulls) < 2.5  # without the limiter, which holds it to half a standard error
    assert pulls[-1] < 0.3 * max(pulls)
    assert share < 0.1


def test_a_unit_without_one_of_the_samples_is_still_estimated() -> None:
    _, reference, open_means = drawn(4)
    p, o = reference.mean.copy(), open_means.mean.copy()
    p[0], o[1] = np.nan, np.nan
    found = combined(
        UnitMeans(mean=p, variance=reference.variance),
        UnitMeans(mean=o, variance=open_means.variance),
    )
    assert np.isfinite(found.score).all()
    assert found.se[0] > found.se[2]
    assert found.open_share[1] == 0


def test_covariance_holds_the_errors_on_its_diagonal() -> None:
    _, reference, open_means = drawn(5)
    found = combined(reference, open_means)
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(found.se)
    assert (np.linalg.eigvalsh(found.covariance) > 0).all()


def test_five_answers_are_drawn_towards_the_others() -> None:
    rng = np.random.default_rng(6)
    errors, held = [], []
    for _ in range(60):
        truth = 62 + 5.4 * rng.standard_normal(UNITS)
        p = truth + 9 * rng.standard_normal(UNITS)
        found = combined(UnitMeans(mean=p, variance=np.full(UNITS, 81.0)), None)
        errors.append(found.score - truth)
        held.append(np.abs(found.score - truth) <= 1.96 * found.se)
    assert np.sqrt(np.mean(np.square(errors))) < 5.4
    assert np.mean(held) > 0.92


def test_bad_input_is_refused() -> None:
    _, reference, open_means = drawn(7)
    nobody = UnitMeans(mean=np.full(UNITS, np.nan), variance=reference.variance)
    with pytest.raises(CombinationError, match="no unit has invited answers"):
        combined(nobody, open_means)
    with pytest.raises(CombinationError, match="no positive variance"):
        combined(UnitMeans(mean=reference.mean, variance=np.zeros(UNITS)), open_means)
    with pytest.raises(CombinationError, match="60 units"):
        combined(reference, UnitMeans(mean=open_means.mean[:5], variance=open_means.variance[:5]))
