import numpy as np
import pytest

from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import mean, total
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.calibration import rake
from tests.oracles.replication import (
    ReplicationError,
    balanced_half_samples,
    bootstrap,
    estimate,
    jackknife,
)
from tests.stats.samples import draw


def paired_design(n_strata: int = 5) -> Design:
    strata = np.repeat(np.arange(n_strata), 6)
    units = np.repeat(np.arange(2 * n_strata), 3)
    return Design.build(n=6 * n_strata, strata=[strata], units=[units])


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_half_samples_of_a_total_equal_its_linear_variance(rho: float) -> None:
    design = paired_design()
    generator = np.random.default_rng(1)
    base, y = generator.uniform(1, 3, 30), generator.normal(50, 10, 30)
    linear = total(weights=WeightSet(base_weights=base, design=design), y=y)
    found = estimate(
        replicates=balanced_half_samples(design=design, rho=rho),
        base_weights=base,
        statistic=lambda w: np.array([w @ y]),
    )
    assert found.se == pytest.approx(linear.se, rel=1e-12)


def test_jackknife_of_a_total_equals_its_linear_variance() -> None:
    generator = np.random.default_rng(2)
    strata = np.repeat([0, 1, 2], [8, 9, 13])
    fpc = np.array([20.0, 30.0, 40.0])[strata]
    design = Design.build(n=30, strata=[strata], fpc=[fpc])
    base, y = generator.uniform(1, 3, 30), generator.normal(50, 10, 30)
    linear = total(weights=WeightSet(base_weights=base, design=design), y=y)
    found = estimate(
        replicates=jackknife(design=design),
        base_weights=base,
        statistic=lambda w: np.array([w @ y]),
    )
    assert found.se == pytest.approx(linear.se, rel=1e-12)


def test_bootstrap_with_raking_repeated_is_near_the_linear_error() -> None:
    sample = draw(4, n=400)
    design = Design.build(n=400)
    margins = sample.margins

    def raked(base):
        return rake(base_weights=base, margins=margins).weights

    replicates = bootstrap(design=design, n_replicates=300, generator=np.random.default_rng(9))
    found = estimate(
        replicates=replicates,
        base_weights=sample.base_weights,
        statistic=lambda w: np.array([w @ sample.y / w.sum()]),
        calibrate=raked,
    )
    linear = mean(
        weights=WeightSet(
            base_weights=sample.base_weights,
            design=design,
            calibration=rake(base_weights=sample.base_weights, margins=margins),
        ),
        y=sample.y,
    )
    assert found.value == pytest.approx(linear.value)
    assert found.se == pytest.approx(linear.se, rel=0.15)
    assert found.replicates.shape == (300, 1)
    assert "from 300 replicates" in found.summary()
    assert found.to_columns()["se"] is found.se


def test_the_same_seed_gives_the_same_replicates() -> None:
    design = paired_design()
    first, second = (
        bootstrap(design=design, n_replicates=7, generator=np.random.default_rng(3)).factors
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    # Each replicate keeps the size of every stratum.
    np.testing.assert_allclose(first.reshape(5, 2, 7).sum(axis=1), 2.0)


def test_designs_without_replicates_are_refused() -> None:
    lonely = Design.build(n=3, strata=[np.array([0, 0, 1])], lonely_psu="remove")
    with pytest.raises(ReplicationError):
        jackknife(design=lonely)
    with pytest.raises(ReplicationError):
        bootstrap(design=lonely, n_replicates=9, generator=np.random.default_rng(1))
    with pytest.raises(ReplicationError):
        balanced_half_samples(design=Design.build(n=3))
    with pytest.raises(ReplicationError, match="rho"):
        balanced_half_samples(design=paired_design(), rho=1.0)
    with pytest.raises(ReplicationError, match="no variance"):
        bootstrap(design=paired_design(), n_replicates=1, generator=np.random.default_rng(1))
