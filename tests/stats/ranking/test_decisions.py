"""Which units surely lie above a line, and which below it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from survey.stats.ranking import about_mean, decide
from survey.stats.ranking.decisions import Decisions, adjusted
from survey.stats.ranking.rank_sets import RankingError


def of(estimate: list[float], se: float = 1.0, **options: object) -> Decisions:
    return decide(
        estimate=np.array(estimate), covariance=se**2 * np.eye(len(estimate)), line=80.0,
        rng=np.random.default_rng(1), **options,  # type: ignore[arg-type]
    )  # fmt: skip


def test_rates_are_adjusted_as_in_r() -> None:
    # R 4.2.2, `p.adjust` with the methods BH and BY.
    p = np.array([0.03, 0.0001, 0.9, 0.004, 0.0201, 0.2, 0.019, 0.45])
    assert adjusted(p) == pytest.approx(
        [0.048, 0.0008, 0.9, 0.016, 0.0402, 0.266666666666667, 0.0402, 0.514285714285714],
        rel=1e-14,
    )
    assert adjusted(p, dependence="any") == pytest.approx(
        [0.13045714285714285, 0.00217428571428571, 1, 0.04348571428571429, 0.10925785714285714,
         0.72476190476190483, 0.10925785714285714, 1],
        rel=1e-14,
    )  # fmt: skip


def test_each_side_is_judged_by_itself() -> None:
    # 79.2 would be named if the many above made it easier.
    found = of([90.0] * 20 + [77.4])
    assert found.side.tolist() == [1] * 20 + [0]
    assert of([90.0] * 20 + [70.0]).side.tolist() == [1] * 20 + [-1]


@given(st.lists(st.floats(70, 90), min_size=1, max_size=12), st.floats(3, 200))
@settings(max_examples=60, deadline=None)
def test_no_unit_is_named_on_whose_interval_the_line_lies(scores: list[float], df: float) -> None:
    found = of(scores, freedom=np.full(len(scores), df))
    half = stdtrit(df, 0.975)
    for score, side, strict in zip(scores, found.side, found.strict, strict=True):
        assert not side or (abs(score - 80) >= half - 1e-9 and side == np.sign(score - 80))
        assert side or not strict


@given(st.lists(st.floats(70, 90), min_size=2, max_size=12))
@settings(max_examples=40, deadline=None)
def test_the_order_of_units_changes_nothing(scores: list[float]) -> None:
    order = np.random.default_rng(len(scores)).permutation(len(scores))
    first, second = of(scores), of([scores[place] for place in order])
    assert first.side[order].tolist() == second.side.tolist()
    assert first.strict[order].tolist() == second.strict.tolist()


def test_errors_that_units_share_make_the_strict_list_longer() -> None:
    # Of sixty scores that err together the largest error is hardly larger than one error.
    estimate = np.full(60, 82.7)
    shared = 0.95 + 0.05 * np.eye(60)
    found = [
        decide(estimate=estimate, covariance=c, line=80.0, rng=np.random.default_rng(1))
        for c in (shared, np.eye(60))
    ]
    assert [int(each.strict.sum()) for each in found] == [60, 0]
    assert found[0].side.tolist() == [1] * 60


def test_few_degrees_of_freedom_are_heeded() -> None:
    assert of([82.2]).side.tolist() == [1]
    assert of([82.2], freedom=np.array([8.0])).side.tolist() == [0]
    assert of([1e9], freedom=np.array([1e9])).side.tolist() == [1]


def test_exact_scores_are_told_and_those_on_the_line_are_not() -> None:
    found = of([80.01, 80.0, 79.99], se=0.0)
    assert found.side.tolist() == [1, 0, -1]
    assert found.strict.tolist() == [True, False, True]
    assert found.q_value.tolist() == [0, 1, 0]


def test_a_mean_of_the_units_errs_with_them() -> None:
    covariance = np.diag([1.0, 2.0, 3.0]) + 0.4
    contrast = np.eye(3) - 1 / 3
    assert about_mean(covariance) == pytest.approx(contrast @ covariance @ contrast)


def test_wrong_names_are_as_few_as_promised() -> None:
    # Scores that share errors, half of them just beside the line where errors are easiest.
    truth = np.concatenate([np.full(10, 79.9), np.full(10, 80.1), [75, 76, 84, 85, 86, 87]])
    covariance = 0.5 * np.eye(truth.size) + 0.5
    root = np.linalg.cholesky(covariance)
    rng = np.random.default_rng(7)
    wrong, broken = [], []
    for _ in range(80):
        estimate = truth + root @ rng.standard_normal(truth.size)
        found = decide(estimate=estimate, covariance=covariance, line=80.0, rng=rng, draws=300)
        bad = (found.side != 0) & (found.side != np.sign(truth - 80))
        wrong.append(bad.sum() / max((found.side != 0).sum(), 1))
        broken.append((bad & found.strict).any())
    assert np.mean(wrong) < 0.05
    assert np.mean(broken) < 0.1


@pytest.mark.parametrize(
    ("estimate", "covariance"),
    [(np.zeros(2), np.eye(3)), (np.array([1.0, np.nan]), np.eye(2)), (np.zeros(2), -np.eye(2))],
)
def test_what_cannot_be_decided_is_refused(estimate: np.ndarray, covariance: np.ndarray) -> None:
    with pytest.raises(RankingError):
        decide(estimate=estimate, covariance=covariance, line=0, rng=np.random.default_rng(1))
