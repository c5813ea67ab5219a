import numpy as np
import pytest
from scipy.linalg import hadamard

from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import Domains, mean, proportion, total
from survey.stats.estimation.regression import regress
from survey.stats.estimation.replication import (
    Replicates,
    ReplicationError,
    by_replication,
    jackknife,
)
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.calibration import Margin, rake

N = 40


def villages() -> WeightSet:
    unit = np.arange(N) // 4
    return WeightSet(base_weights=np.ones(N), design=Design.build(n=N, units=[unit]))


Y = np.random.default_rng(1).normal(70, 10, N)


def test_replicates_and_linearisation_agree() -> None:
    weights = villages()
    domains = Domains.of(np.tile(["a", "b"], N // 2))
    for estimator in (
        lambda w: mean(weights=w, y=Y, domains=domains),
        lambda w: proportion(weights=w, y=(Y > 70).astype(float), domains=domains),
    ):
        plain = estimator(weights)
        found = by_replication(weights=weights, replicates=jackknife(weights), estimator=estimator)
        assert found.labels == ("a", "b")
        np.testing.assert_allclose(found.se, plain.se, rtol=0.1)
        assert (found.lower < found.value).all()
        assert found.df.tolist() == [9, 9]


def test_errors_of_a_total_are_those_of_its_linear_variance() -> None:
    generator = np.random.default_rng(2)
    strata = np.repeat([0, 1, 2], [8, 9, 13])
    fpc = np.array([20.0, 30.0, 40.0])[strata]
    base, y = generator.uniform(1, 3, 30), generator.normal(50, 10, 30)
    corrected = WeightSet(base_weights=base, design=Design.build(n=30, strata=[strata], fpc=[fpc]))
    pairs = WeightSet(
        base_weights=base,
        design=Design.build(
            n=30, strata=[np.repeat(np.arange(5), 6)], units=[np.repeat(np.arange(10), 3)]
        ),
    )
    # Half of each pair twice, balanced over the pairs (McCarthy 1969).
    signs = hadamard(8)[:, 1:6].T
    halves = np.repeat(np.stack([1 + signs, 1 - signs], axis=1).reshape(10, 8), 3, axis=0)
    balanced = Replicates(factors=halves, scales=np.full(8, 1 / 8), df=5.0)
    for weights, replicates in ((corrected, jackknife(corrected)), (pairs, balanced)):
        found = by_replication(
            weights=weights, replicates=replicates, estimator=lambda w: total(weights=w, y=y)
        )
        assert found.se == pytest.approx(total(weights=weights, y=y).se, rel=1e-12)


def test_a_replicate_that_does_not_converge_is_refused() -> None:
    weights = villages()
    first = np.where(np.arange(N) < 4, 0, 1 + np.arange(N) % 2)
    rare = Margin(variable="rare", categories=("x", "y", "z"), codes=first, totals=np.ones(3))

    def estimator(w: WeightSet):  # type: ignore[no-untyped-def]
        return mean(weights=w, y=Y)

    def again(base: np.ndarray):  # type: ignore[no-untyped-def]
        return rake(base_weights=base, margins=[rare])

    whole = WeightSet(
        base_weights=weights.base_weights, design=weights.design,
        calibration=again(weights.base_weights),
    )  # fmt: skip
    replicates = jackknife(weights)
    with pytest.raises(ReplicationError, match=r"refused: replicate=0, why=empty_category"):
        by_replication(weights=whole, replicates=replicates, estimator=estimator, calibrate=again)
    with pytest.raises(ReplicationError, match="not_calibrated"):
        by_replication(weights=whole, replicates=replicates, estimator=estimator)

    def cut_short(base: np.ndarray):  # type: ignore[no-untyped-def]
        other = Margin(variable="o", categories=("p", "q"), codes=np.arange(N) // 3 % 2,
                       totals=np.array([1.0, 2.0]))  # fmt: skip
        return rake(base_weights=base, margins=[rare, other], max_iterations=1)

    with pytest.raises(ReplicationError, match="replicate=0"):
        by_replication(
            weights=whole, replicates=Replicates(factors=np.ones((N, 2)), scales=np.ones(2), df=1),
            estimator=estimator, calibrate=cut_short,
        )  # fmt: skip
    y = (np.random.default_rng(2).random(N) < 0.5).astype(float)
    with pytest.raises(ReplicationError, match="not_converged: replicate=0"):
        by_replication(
            weights=weights, replicates=replicates,
            estimator=lambda w: regress(
                weights=w, y=y, x=np.column_stack([np.ones(N), Y]), family="logistic",
                max_iterations=2,
            ),
        )  # fmt: skip


def test_what_replicates_cannot_do_is_refused() -> None:
    weights = villages()
    domains = Domains(codes=(np.arange(N) >= 4).astype(int), size=2)
    with pytest.raises(ReplicationError, match=r"empty_domain: replicate=0, domains=\(0\)"):
        by_replication(
            weights=weights, replicates=jackknife(weights),
            estimator=lambda w: mean(weights=w, y=Y, domains=domains),
        )  # fmt: skip
    lonely = Design.build(n=N, strata=[(np.arange(N) > 0).astype(int)], lonely_psu="adjust")
    with pytest.raises(ReplicationError, match="lonely_unit"):
        jackknife(WeightSet(base_weights=np.ones(N), design=lonely))
    few = Replicates(factors=np.ones((3, 2)), scales=np.ones(2), df=1)
    with pytest.raises(ReplicationError, match="shapes"):
        by_replication(weights=weights, replicates=few, estimator=lambda w: mean(weights=w, y=Y))
