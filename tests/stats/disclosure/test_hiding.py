"""Hidden counts cannot be told from shown ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.disclosure import CannotHideError, PublishedSums, hide_small
from survey.stats.disclosure.published_sums import NoReachError, reach


def table(counts: FloatArray) -> tuple[PublishedSums, BoolArray]:
    """Return a table with all its margins, of which the whole is known to everybody."""
    rows, columns = counts.shape
    cells = np.eye(counts.size)
    by_row = np.kron(np.eye(rows), np.ones(columns))
    by_column = np.kron(np.ones(rows), np.eye(columns))
    parts = np.concatenate([cells, by_row, by_column, np.ones((1, counts.size))])
    names = tuple(map(str, range(len(parts))))
    fixed = np.arange(len(parts)) == len(parts) - 1
    sums = PublishedSums(
        names=names, values=parts @ counts.ravel(), parts=parts, rules=np.zeros((0, counts.size))
    )
    return sums, fixed


def told_apart(counts: FloatArray, shown: BoolArray, cell: int) -> bool:
    """Tell whether two tables of whole numbers that differ in a cell agree in all that is shown.

    Found by moving along alternating cycles of hidden cells, with no linear programme.
    """
    rows, columns = counts.shape
    open_row = ~shown[counts.size : counts.size + rows]
    open_column = ~shown[counts.size + rows : counts.size + rows + columns]
    hidden = ~shown[: counts.size].reshape(counts.shape)
    i, j = divmod(cell, columns)
    for di in range(rows):
        for dj in range(columns):
            square = [(i, j, 1), (i, dj, -1), (di, dj, 1), (di, j, -1)]
            if di != i and dj != j and all(hidden[a, b] for a, b, _ in square):
                return True
    beside = [(i, dj) for dj in range(columns) if dj != j and hidden[i, dj]]
    if open_column[j] and any(open_column[dj] for _, dj in beside):
        return True
    below = [(di, j) for di in range(rows) if di != i and hidden[di, j]]
    return bool(open_row[i] and any(open_row[di] for di, _ in below))


@pytest.mark.second
@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(2, 4), st.integers(0, 10**6), st.sampled_from([3, 10]))
def test_no_hidden_figure_is_bounded_closer_than_allowed(
    rows: int, columns: int, seed: int, smallest: int
) -> None:
    counts = np.random.default_rng(seed).poisson(30, (rows, columns)).astype(float)
    counts[np.random.default_rng([seed, 1]).random(counts.shape) < 0.2] = 4
    sums, fixed = table(counts)
    shown = hide_small(sums, smallest=smallest, width=smallest, fixed=fixed)
    assert not shown[(sums.values > 0) & (sums.values < smallest)].any()
    for figure in np.flatnonzero(~shown):
        assert reach(sums, shown, int(figure)).width >= smallest - 1e-6
    assert shown[fixed].all()


def test_one_small_count_takes_three_others_with_it() -> None:
    counts = np.array([[4.0, 30, 40], [50, 60, 70], [80, 90, 25]])
    sums, fixed = table(counts)
    shown = hide_small(sums, smallest=10, width=10, fixed=fixed)
    hidden = np.flatnonzero(~shown[:9])
    assert 0 in hidden
    assert hidden.size >= 4
    assert shown[9:].all()  # all margins are kept
    assert all(told_apart(counts, shown, int(cell)) for cell in hidden)


def test_a_table_without_small_counts_is_shown_whole() -> None:
    sums, fixed = table(np.array([[12.0, 30], [0, 60]]))
    assert hide_small(sums, smallest=10, width=10, fixed=fixed).all()


def test_what_everybody_knows_may_give_a_count_away_and_says_by_what() -> None:
    sums, fixed = table(np.array([[4.0, 30], [50, 60]]))
    fixed[[1, 2, 4]] = True
    with pytest.raises(CannotHideError) as caught:
        hide_small(sums, smallest=10, width=10, fixed=fixed)
    assert caught.value.values["figure"] == "0"
    assert set(caught.value.values["by"]) <= {"1", "2", "4", "3", "5", "6", "7", "8"}  # type: ignore[arg-type]
    assert caught.value.values["by"]
    fixed[0] = True
    with pytest.raises(CannotHideError):
        hide_small(sums, smallest=10, width=10, fixed=fixed)


def test_two_tables_with_a_margin_in_common_are_one() -> None:
    """A small count of the first is what the second leaves of the margin they share."""
    parts = np.array([[1.0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    sums = PublishedSums(
        names=("a", "b", "c", "d"), values=np.array([4.0, 36, 25, 15]), parts=parts,
        rules=np.array([[1.0, 1, -1, -1]]),
    )  # fmt: skip
    alone = reach(sums, np.array([False, True, True, True]), 0)
    assert (alone.lower, alone.upper) == pytest.approx((4, 4))
    none_fixed = np.zeros(4, dtype=np.bool_)
    shown = hide_small(sums, smallest=10, width=10, fixed=none_fixed)
    assert reach(sums, shown, 0).width >= 10


def test_counts_that_contradict_are_an_error() -> None:
    sums, _ = table(np.array([[4.0, 30], [50, 60]]))
    sums.values[0] = 1_000
    with pytest.raises(NoReachError):
        reach(sums, np.ones(9, dtype=np.bool_), 1)
