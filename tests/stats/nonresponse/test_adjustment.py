import numpy as np
import pytest

from survey.stats.nonresponse.adjustment import (
    NonresponseError,
    adjust_by_class,
    adjust_by_propensity,
)
from survey.stats.nonresponse.representativity import (
    partial_indicators,
    representativity,
    represents_population,
)

BASE = np.array([2.0, 2.0, 2.0, 5.0, 5.0, 5.0])
RESPONDED = np.array([True, False, True, True, False, False])
CLASSES = np.array([0, 0, 0, 1, 1, 1])


def test_classes_keep_the_sum_of_weights() -> None:
    found = adjust_by_class(
        base_weights=BASE, responded=RESPONDED, classes=CLASSES, names=("青年", "老年")
    )
    assert found.weights.tolist() == [3.0, 0.0, 3.0, 15.0, 0.0, 0.0]
    assert found.factors.tolist() == [1.5, 3.0]
    assert found.weights.sum() == BASE.sum()


def test_class_without_an_answer_is_refused_by_name() -> None:
    with pytest.raises(NonresponseError, match="老年"):
        adjust_by_class(
            base_weights=BASE, responded=CLASSES == 0, classes=CLASSES, names=("青年", "老年")
        )


def test_propensity_on_classes_equals_classes() -> None:
    x = np.stack([np.ones(6), CLASSES], axis=1).astype(float)
    model = adjust_by_propensity(base_weights=BASE, responded=RESPONDED, x=x)
    np.testing.assert_allclose(model.weights, [3.0, 0.0, 3.0, 15.0, 0.0, 0.0])


def test_everybody_or_nobody_answered() -> None:
    x = np.ones((6, 1))
    everybody = adjust_by_propensity(base_weights=BASE, responded=np.ones(6, bool), x=x)
    assert everybody.weights.tolist() == BASE.tolist()
    with pytest.raises(NonresponseError, match="nobody"):
        adjust_by_propensity(base_weights=BASE, responded=np.zeros(6, bool), x=x)


def test_few_who_stand_for_many_are_noticed() -> None:
    responded = np.zeros(30, bool)
    responded[0] = True
    found = adjust_by_class(
        base_weights=np.ones(30), responded=responded, classes=np.zeros(30, int), names=("a",)
    )
    assert [notice.code for notice in found.notices] == ["large_nonresponse_factor"]
    assert found.summary().startswith("1 of 30 answered; chances from 0.033")
    assert found.to_columns()["weight"].sum() == 30


def test_even_response_is_representative() -> None:
    found = representativity(base_weights=BASE, propensity=np.full(6, 0.4))
    assert found.r_indicator == pytest.approx(1.0)
    assert found.response_rate == pytest.approx(0.4)
    assert found.variation == pytest.approx(0.0)


def test_r_indicator_by_hand() -> None:
    chances = np.array([0.2, 0.2, 0.6, 0.6])
    found = representativity(base_weights=np.ones(4), propensity=chances)
    assert found.r_indicator == pytest.approx(1 - 2 * np.std(chances, ddof=1))
    assert found.variation == pytest.approx(np.std(chances, ddof=1) / 0.4)
    assert "40.0%" in found.summary()
    parts = partial_indicators(
        base_weights=np.ones(4), propensity=chances, codes=np.array([0, 0, 1, 1]), size=3
    )
    np.testing.assert_allclose(parts, [-0.2 * np.sqrt(0.5), 0.2 * np.sqrt(0.5), 0.0])


def test_r_indicator_from_population_totals_is_that_of_a_list_of_everybody() -> None:
    """The published formula over a list as the population is, person by person."""
    answers, population = np.array([300.0, 100.0, 50.0]), np.array([4000.0, 5000.0, 1000.0])
    n = 1_000_000
    found = represents_population(answers=answers * 1000, population=population, invited=n)
    chance = np.repeat(answers * 1000 / (n * population / 10_000), population.astype(int))
    whole = representativity(base_weights=np.ones(chance.size), propensity=chance)
    assert found.response_rate == pytest.approx(whole.response_rate)
    assert found.r_indicator == pytest.approx(whole.r_indicator, abs=2e-4)
    codes = np.repeat(np.arange(3), population.astype(int))
    partial = partial_indicators(
        base_weights=np.ones(chance.size), propensity=chance, codes=codes, size=3
    )
    assert found.partial == pytest.approx(partial)
    assert (found.partial**2).sum() == pytest.approx(np.var(chance))


def test_chance_alone_does_not_lower_the_r_indicator_on_average() -> None:
    rng = np.random.default_rng(1)
    share, rho, n = np.array([0.2, 0.3, 0.5]), np.array([0.2, 0.3, 0.4]), 2000
    squares = []
    for _ in range(2000):
        answers = rng.binomial(rng.multinomial(n, share), rho).astype(float)
        found = represents_population(answers=answers, population=share, invited=n)
        squares.append(((1 - found.r_indicator) / 2) ** 2)
    true = share @ (rho - share @ rho) ** 2
    assert np.mean(squares) == pytest.approx(true, rel=0.02)
