import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.stats.ranking.robustness import (
    RobustnessError,
    false_answer_bounds,
    share_to_change_tier,
    share_to_reach,
)

POINTS = st.floats(0, 100)


@given(POINTS, POINTS, st.floats(0, 0.6))
def test_the_honest_score_lies_within_the_bounds(honest: float, false: float, share: float) -> None:
    score = np.array([(1 - share) * honest + share * false])
    found = false_answer_bounds(score=score, shares=(share,))
    assert found.lower[0, 0] - 1e-9 <= honest <= found.upper[0, 0] + 1e-9


@given(POINTS, st.floats(0, 0.6))
def test_the_bounds_are_reached(honest: float, share: float) -> None:
    stuffed = np.array([(1 - share) * honest + share * 100])
    assert false_answer_bounds(score=stuffed, shares=(share,)).lower[0, 0] == pytest.approx(honest)


@given(POINTS, POINTS)
def test_the_share_to_reach_a_score_puts_it_on_the_bound(score: float, target: float) -> None:
    needed = float(share_to_reach(score=np.array([score]), target=np.array([target]))[0])
    assert 0 <= needed <= 1
    if needed < 0.999:
        found = false_answer_bounds(score=np.array([score]), shares=(needed,))
        bound = found.lower if target < score else found.upper
        assert bound[0, 0] == pytest.approx(target, abs=1e-6)


def test_how_far_a_share_moves_a_score() -> None:
    found = false_answer_bounds(score=np.array([65.0]))
    assert found.raised[0] == pytest.approx([1.75, 3.5, 7.0])
    assert found.lowered[0] == pytest.approx([3.25, 6.5, 13.0])
    assert found.lower[0] == pytest.approx([60 / 0.95, 55 / 0.9, 45 / 0.8])


def test_the_nearest_unit_of_another_tier_decides() -> None:
    score, tier = np.array([80.0, 78.0, 60.0]), np.array([1, 1, 2])
    found = share_to_change_tier(score=score, tier=tier)
    assert found == pytest.approx([20 / 40, 18 / 40, 18 / 78])
    assert share_to_change_tier(score=score, tier=np.ones(3, dtype=int)).tolist() == [1, 1, 1]


def test_what_is_no_score_or_share_is_refused() -> None:
    score = np.array([50.0])
    with pytest.raises(RobustnessError):
        false_answer_bounds(score=np.array([101.0]))
    with pytest.raises(RobustnessError):
        false_answer_bounds(score=score, shares=(1.0,))
    with pytest.raises(RobustnessError):
        false_answer_bounds(score=score, worst=100, best=0)
    with pytest.raises(RobustnessError):
        share_to_change_tier(score=score, tier=np.ones(2, dtype=int))
