"""The arrays the statistics speak of, and sums of their rows that share a code."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

FEW_COLUMNS = 8


def total_by(code: NDArray[np.integer], values: FloatArray, size: int) -> FloatArray:
    """Sum ``values`` (n,) that share a code in [0, size): shape (size,)."""
    return np.asarray(np.bincount(code, values, minlength=size), dtype=np.float64)


def sum_by(code: NDArray[np.integer], size: int, x: FloatArray) -> FloatArray:
    """Sum the rows of ``x`` (n, m) that share a code in [0, size): shape (size, m)."""
    n, m = x.shape
    if size == 1:
        return np.asarray(x.sum(axis=0, keepdims=True))
    if m == 0:
        return np.zeros((size, 0))
    if m <= FEW_COLUMNS:
        columns = [np.bincount(code, weights=column, minlength=size) for column in x.T]
        return np.stack(columns, axis=1)
    from scipy.sparse import csc_array

    # One pass over the rows of x, however many columns they have.
    indicator = csc_array((np.ones(n), code, np.arange(n + 1)), shape=(size, n))
    return np.asarray(indicator @ np.ascontiguousarray(x))
