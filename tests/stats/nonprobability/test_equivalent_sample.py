"""How many invited answers the open ones are worth, where it is known."""

from dataclasses import replace

import numpy as np
import pytest

from survey.stats.nonprobability.combination import Combination, UnitMeans, combine
from survey.stats.nonprobability.equivalent_sample import EquivalentSample, equivalent_sample

UNITS, INVITED = 40, 100


def county(omega: float, *, units: int = UNITS) -> tuple[UnitMeans, UnitMeans]:
    """Draw units of SD 5, invited means of variance 4, nearly exact open ones biased by -3."""
    rng = np.random.default_rng(4)
    truth = 70 + 5 * rng.standard_normal(units)
    invited = UnitMeans(mean=truth + 2 * rng.standard_normal(units), variance=np.full(units, 4.0))
    bias = -3 + omega * rng.standard_normal(units)
    return invited, UnitMeans(mean=truth + bias, variance=np.full(units, 0.2))


def found(
    invited: UnitMeans, came: UnitMeans | None, *, weight: float = 1.0, moved: float = 0.0
) -> EquivalentSample:
    both, alone = (
        combine(
            reference=invited, open_sample=sample, covariates=np.ones((UNITS, 1)),
            rng=np.random.default_rng(5), open_weight=np.full(UNITS, weight),
        )
        for sample in (came, None)
    )  # fmt: skip
    return equivalent_sample(
        reference=invited, n=np.full(UNITS, INVITED), alone=alone, combination=both,
        score=both.score + moved,
    )  # fmt: skip


def by_hand(variance: float, alone: float) -> EquivalentSample:
    """Of one unit, with posterior variances that are given."""
    one = Combination(
        score=np.array([70.0]), se=np.array([variance**0.5]), covariance=np.array([[variance]]),
        open_share=np.ones(1), beta=0.0, omega=1.0, tau=5.0,
        drawn_variance=np.array([[variance / 2], [variance * 1.5]]), drawn_weight=np.full(2, 0.5),
    )  # fmt: skip
    return equivalent_sample(
        reference=UnitMeans(mean=np.array([70.0]), variance=np.array([4.0])),
        n=np.array([100]),
        alone=replace(one, se=np.array([alone**0.5])),
        combination=one,
        score=one.score,
    )


def test_half_the_variance_is_worth_as_many_again() -> None:
    # 100 answers of variance 4 and no model: another 100 make it 2, another 300 make it 1.
    assert by_hand(2.0, 4.0).total == pytest.approx(100)
    more = by_hand(1.0, 4.0)
    assert more.n.tolist() == pytest.approx([300])
    assert (more.total_lower, more.total_upper) == pytest.approx((400 / 1.5 - 100, 700))


def test_open_answers_that_agree_are_worth_more_than_scattered_ones_and_none_nothing() -> None:
    totals = [found(*county(omega)).total for omega in (0.3, 2.0, 6.0)]
    assert totals[0] > 2 * totals[1] > 4 * totals[2] > 0
    invited, came = county(0.3)
    assert found(invited, None).total == pytest.approx(0, abs=1e-6)
    assert found(invited, came, weight=0.0).total == pytest.approx(0, abs=1e-6)


def test_what_the_limit_takes_away_is_not_counted() -> None:
    told = found(*county(0.3))
    limited = found(*county(0.3), moved=1.0)
    assert limited.total < 0.7 * told.total
    assert found(*county(0.3), moved=50.0).total == 0


def test_the_interval_holds_the_figure_and_the_figure_is_the_sum_over_units() -> None:
    told = found(*county(1.0))
    assert told.total == pytest.approx(told.n.sum())
    assert told.total_lower < told.total < told.total_upper
    assert ((told.lower <= told.n) & (told.n <= told.upper)).all()
