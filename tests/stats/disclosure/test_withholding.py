"""Nobody stands alone in what a file tells of persons, and no value is left out by itself."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from survey.stats.disclosure import TooFewRowsError, withhold_rare
from survey.wording import problem_of

_FACTS = st.lists(st.tuples(*[st.integers(-1, 3)] * 3), min_size=4, max_size=60)


def _seen(facts: NDArray[np.intp], smallest: int) -> NDArray[np.intp]:
    return np.where(withhold_rare(facts, smallest=smallest), -1, facts)


@given(_FACTS)
def test_every_row_is_like_enough_others(rows: list[tuple[int, ...]]) -> None:
    facts = np.array(rows, dtype=np.intp)
    seen = _seen(facts, 4)
    assert min(Counter(map(tuple, seen.tolist())).values()) >= 4
    assert ((seen == facts) | (seen == -1)).all()


@given(_FACTS)
def test_what_is_left_out_is_never_one_value_alone(rows: list[tuple[int, ...]]) -> None:
    facts = np.abs(np.array(rows, dtype=np.intp))  # nothing left out before
    seen = _seen(facts, 4)
    for column in range(3):
        pools: dict[tuple[int, ...], set[int]] = {}
        for row, true in zip(seen.tolist(), facts[:, column].tolist(), strict=True):
            if row[column] == -1:
                pools.setdefault(tuple(row[:column]), set()).add(true)
        assert all(len(pool) > 1 for pool in pools.values())


@given(_FACTS, st.randoms(use_true_random=False))
def test_rows_in_another_order_tell_the_same(rows: list[tuple[int, ...]], chance: object) -> None:
    moved = list(rows)
    chance.shuffle(moved)  # type: ignore[attr-defined]
    here, there = (_seen(np.array(each, dtype=np.intp), 4) for each in (rows, moved))
    assert sorted(here.tolist()) == sorted(there.tolist())


@pytest.mark.parametrize(("n", "is_told"), [(9, False), (10, True)])
def test_the_smallest_number_is_told(n: int, is_told: bool) -> None:
    facts = np.array([[0]] * n + [[1]] * 30 + [[2]] * 20, dtype=np.intp)
    hidden = withhold_rare(facts, smallest=10)[:, 0]
    assert hidden[:n].tolist() == [not is_told] * n
    # The rarest of the others is left out with nine of their own kind, and never the commonest.
    assert hidden[n : n + 30].any() == np.False_
    assert hidden[n + 30 :].all() == (not is_told)


def test_fewer_than_that_are_not_told_at_all() -> None:
    with pytest.raises(TooFewRowsError) as refused:
        withhold_rare(np.zeros((9, 1), dtype=np.intp), smallest=10)
    assert "9" in problem_of(refused.value).zh
    assert withhold_rare(np.zeros((0, 1), dtype=np.intp), smallest=10).size == 0
