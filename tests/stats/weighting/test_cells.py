import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.stats.weighting.cells import BLOCK, CodeRangeError, equal_weight, reduce_to_cells
from tests.stats.samples import SEEDS


@given(seed=SEEDS, wide=st.booleans())
@settings(max_examples=40, deadline=None)
def test_cells_hold_exactly_the_combinations_present(seed: int, wide: bool) -> None:
    generator = np.random.default_rng(seed)
    # Wide tables have more possible cells than are worth counting, and are sorted.
    sizes = (3000, 2000, 1500) if wide else (4, 3, 5)
    n = int(generator.integers(1, 200))
    codes = [generator.integers(0, size, n) for size in sizes]
    cells = reduce_to_cells(codes, sizes)
    distinct = np.unique(np.stack(codes), axis=1)
    assert cells.n_cells == distinct.shape[1]
    assert cells.n_rows == n
    for code, cell_code in zip(codes, cells.codes, strict=True):
        np.testing.assert_array_equal(cell_code[cells.of], code)
    np.testing.assert_array_equal(np.bincount(cells.of), cells.counts)
    np.testing.assert_allclose(cells.total(np.ones(n)), cells.counts)


def test_more_rows_than_a_block() -> None:
    n = 2 * BLOCK + 17
    codes = [np.arange(n) % 7, np.arange(n) % 3]
    cells = reduce_to_cells(codes, (7, 3))
    assert cells.n_cells == 21
    np.testing.assert_array_equal(cells.codes[0][cells.of], codes[0])
    assert cells.counts.sum() == n


@pytest.mark.parametrize("dtype", [np.int8, np.int32, np.int64])
@pytest.mark.parametrize("bad", [-1, 3])
def test_codes_outside_their_variable_are_refused(bad: int, dtype: type) -> None:
    with pytest.raises(CodeRangeError):
        reduce_to_cells([np.array([0, 1, bad], dtype=dtype)], (3,))
    with pytest.raises(CodeRangeError):
        reduce_to_cells([np.array([0, bad], dtype=dtype), np.zeros(2, dtype)], (3, 10**8))


def test_equal_weights_are_seen() -> None:
    weights = np.full(1000, 2.5)
    assert equal_weight(weights) == 2.5
    weights[900] = 2.6
    assert equal_weight(weights) is None
    weights[3] = 1.0
    assert equal_weight(weights) is None
