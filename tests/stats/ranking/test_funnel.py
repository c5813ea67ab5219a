import numpy as np
import pytest

from survey.stats.ranking import Funnel, funnel
from survey.stats.ranking.rank_sets import RankingError

N = np.array([100.0, 400.0, 400.0])


def test_the_worked_figures() -> None:
    """Target and limits of three units, by hand: sd 20, so 1.96 × 20 / 10 at 100 answers."""
    found = funnel(score=np.array([80.0, 81.0, 74.0]), se=20 / np.sqrt(N), effective_n=N)
    assert found.target == pytest.approx((80 + 4 * 81 + 4 * 74) / 9)
    assert found.spread == pytest.approx(20.0)
    lower, upper, lowest, highest = found.limits(np.array([100.0, 400.0]))
    assert upper - found.target == pytest.approx([3.919928, 1.959964])
    assert found.target - lower == pytest.approx([3.919928, 1.959964])
    assert highest - found.target == pytest.approx([6.180465, 3.090232], rel=1e-6)
    assert found.target - lowest == pytest.approx([6.180465, 3.090232], rel=1e-6)
    assert found.beyond.tolist() == [0, 2, -2]


@pytest.mark.second
def test_units_without_true_differences_lie_inside_as_often_as_the_limits_say() -> None:
    rng = np.random.default_rng(8)
    n = np.tile([30.0, 60.0, 120.0, 300.0], 5000)
    found = funnel(score=80 + rng.normal(0, 20 / np.sqrt(n)), se=20 / np.sqrt(n), effective_n=n)
    beyond = np.abs(found.beyond)
    assert (beyond >= 1).mean() == pytest.approx(0.05, abs=0.005)
    assert (beyond == 2).mean() == pytest.approx(0.002, abs=0.001)
    for few in (30.0, 300.0):  # a unit with few answers is beyond no more often than one with many
        assert (beyond[n == few] >= 1).mean() == pytest.approx(0.05, abs=0.012)


def test_answers_all_alike_leave_no_room() -> None:
    found = funnel(score=np.array([80.0, 81.0]), se=np.zeros(2), effective_n=np.array([9.0, 9.0]))
    assert found.beyond.tolist() == [-2, 2]


def test_the_result_is_frozen() -> None:
    found = funnel(score=np.ones(1), se=np.ones(1), effective_n=np.ones(1))
    with pytest.raises(AttributeError):
        found.target = 1.0  # type: ignore[misc]
    assert isinstance(found, Funnel)


@pytest.mark.parametrize(
    ("score", "se", "n", "code"),
    [
        ([], [], [], "no_answers"),
        ([1.0], [1.0, 2.0], [1.0], "shape"),
        ([1.0], [1.0], [1.0, 2.0], "shape"),
        ([np.nan], [1.0], [1.0], "not_finite"),
        ([1.0], [-1.0], [1.0], "negative_variance"),
        ([1.0], [1.0], [0.0], "no_answers"),
    ],
)
def test_what_does_not_fit_is_refused(
    score: list[float], se: list[float], n: list[float], code: str
) -> None:
    with pytest.raises(RankingError, match=code):
        funnel(score=np.array(score), se=np.array(se), effective_n=np.array(n))
