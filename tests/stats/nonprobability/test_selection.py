import numpy as np
import pytest

from survey.stats.estimation.design import Design
from survey.stats.nonprobability.selection import (
    Samples,
    SelectionError,
    participation,
)
from tests.oracles.selection_means import doubly_robust, inverse_weighted, mass_imputation


def drawn(seed: int) -> tuple[Samples, np.ndarray, float]:
    generator = np.random.default_rng(seed)
    x = np.stack([np.ones(20_000), generator.normal(size=20_000)], axis=1)
    y = x @ [60.0, 6.0] + generator.normal(0, 8, 20_000)
    takes_part = generator.random(20_000) < 1 / (1 + np.exp(3 - x[:, 1]))
    reference = generator.choice(20_000, 600, replace=False)
    samples = Samples(
        x_open=x[takes_part],
        x_reference=x[reference],
        reference_weights=np.full(600, 20_000 / 600),
        design=Design.build(n=600),
    )
    return samples, y[takes_part], float(y.mean())


def test_all_three_remove_selection_on_the_predictors() -> None:
    samples, y, truth = drawn(6)
    chances = participation(samples=samples)
    assert abs(y.mean() - truth) > 4
    for found in (
        inverse_weighted(samples=samples, chances=chances, y=y),
        doubly_robust(samples=samples, chances=chances, y=y),
        mass_imputation(samples=samples, y=y),
    ):
        assert abs(found.value - truth) < 3 * found.se
        assert found.se < 1


def test_calibrated_chances_meet_the_reference_totals() -> None:
    samples, _, _ = drawn(7)
    w = participation(samples=samples, equations="calibrated").weights
    known = samples.x_reference.T @ samples.reference_weights
    np.testing.assert_allclose(samples.x_open.T @ w, known, rtol=1e-8, atol=1e-6)


def test_an_exact_model_leaves_no_model_error() -> None:
    samples, _, _ = drawn(8)
    y = samples.x_open @ [60.0, 6.0]
    chances = participation(samples=samples)
    robust = doubly_robust(samples=samples, chances=chances, y=y)
    imputed = mass_imputation(samples=samples, y=y)
    assert robust.value == pytest.approx(imputed.value)
    assert robust.se == pytest.approx(imputed.se)


def test_samples_that_cannot_be_compared_are_refused() -> None:
    samples, y, _ = drawn(9)
    with pytest.raises(SelectionError, match="same predictors"):
        Samples(
            x_open=samples.x_open,
            x_reference=samples.x_reference[:, :1],
            reference_weights=samples.reference_weights,
            design=samples.design,
        )
    with pytest.raises(SelectionError, match="missing"):
        Samples(
            x_open=np.where(samples.x_open > 2, np.nan, samples.x_open),
            x_reference=samples.x_reference,
            reference_weights=samples.reference_weights,
            design=samples.design,
        )
    apart = Samples(
        x_open=samples.x_open + np.array([0.0, 50.0]),
        x_reference=samples.x_reference,
        reference_weights=samples.reference_weights,
        design=samples.design,
    )
    with pytest.raises(SelectionError, match="could not be estimated"):
        participation(samples=apart)
    twice = Samples(
        x_open=samples.x_open[:, [0, 1, 1]],
        x_reference=samples.x_reference[:, [0, 1, 1]],
        reference_weights=samples.reference_weights,
        design=samples.design,
    )
    with pytest.raises(SelectionError, match="collinear"):
        mass_imputation(samples=twice, y=y)
