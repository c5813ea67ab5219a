"""Counted once for all windows, to what looking at each window by itself finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.stats.pipeline.alike import Elsewhere, dominated
from survey.stats.pipeline.screening import dominant_block


@given(
    st.lists(st.integers(0, 4), max_size=40),
    st.integers(1, 9),
    st.sampled_from([0.2, 0.5, 0.75, 1.0]),
)
def test_windows_are_those_in_which_a_block_dominates(
    given_vectors: list[int], width: int, share: float
) -> None:
    vectors = np.array(given_vectors, dtype=np.int64)
    windows = [(start, min(start + width, vectors.size)) for start in range(vectors.size)]
    found = dominated(vectors, windows[::2], share=share)
    assert found == [
        (start, stop)
        for start, stop in windows[::2]
        if dominant_block(vectors[start:stop], share).any()
    ]


@pytest.mark.parametrize("seed", range(5))
def test_answers_elsewhere_are_counted_as_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    unit, group, vectors = (rng.integers(0, most, 300) for most in (5, 3, 4))
    invited = rng.random(300) < 0.6
    counted = Elsewhere(unit, group, vectors, invited)
    for row in np.flatnonzero(invited):
        groups = np.array([group[row]])
        other = invited & (unit != unit[row]) & (group == group[row])
        n, alike = counted.counts(int(unit[row]), groups, vector=int(vectors[row]))
        assert n.tolist() == [other.sum()]
        assert alike.tolist() == [(other & (vectors == vectors[row])).sum()]
