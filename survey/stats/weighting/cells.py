"""Responses reduced to unique cells once, after which cost does not depend on n."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray, total_by
from survey.stats.errors import StatsError

DENSE_LIMIT = 1 << 22
BLOCK = 1 << 15


class CodeRangeError(StatsError):
    """A code outside the categories of its variable."""

    code: ClassVar[str] = "code_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The distinct combinations of several codes, and the one each row belongs to.

    Attributes
    ----------
    of : ndarray of int32, shape (n,)
        Cell of each row, in [0, n_cells).
    codes : tuple of ndarray of intp, each of shape (n_cells,)
        One array per variable: the code each cell has there.
    sizes : tuple of int
        Number of codes of each variable.
    counts : ndarray of float64, shape (n_cells,)
        Rows in each cell, all positive.
    """

    of: NDArray[np.int32]
    codes: tuple[IndexArray, ...]
    sizes: tuple[int, ...]
    counts: FloatArray

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.of.size)

    @property
    def n_cells(self) -> int:
        """Number of cells that have a row."""
        return int(self.counts.size)

    def total(self, values: FloatArray) -> FloatArray:
        """Sum ``values`` (n,) over the rows of each cell, shape (n_cells,)."""
        return total_by(self.of, values, self.n_cells)


def equal_weight(base_weights: FloatArray) -> float | None:
    """Return the weight when it is the same for all rows, else None."""
    first = float(base_weights[0])
    # Most unequal weights differ at once; only equal ones need the whole pass.
    if (base_weights[:64] != first).any():
        return None
    return first if (base_weights == first).all() else None


def reduce_to_cells(codes: Sequence[NDArray[np.integer]], sizes: Sequence[int]) -> Cells:
    """Find the distinct combinations of ``codes``.

    Parameters
    ----------
    codes : sequence of ndarray of int, each of shape (n,)
        Codes in [0, size) of each variable.
    sizes : sequence of int
        Number of codes of each variable.

    Returns
    -------
    Cells

    Raises
    ------
    CodeRangeError
        A code outside [0, size).

    Notes
    -----
    One blocked pass writes the mixed-radix number of each row and counts it; the numbers
    are then renumbered without holes. Tables of more than ``DENSE_LIMIT`` possible cells, or
    many more than rows, are sorted instead.
    """
    sizes = tuple(int(size) for size in sizes)
    n_possible = prod(sizes)
    n = codes[0].size
    if n_possible > min(DENSE_LIMIT, 16 * n + BLOCK):
        return _reduce_by_sorting(codes, sizes)
    number = np.empty(n, dtype=np.int32)
    counts = np.zeros(n_possible, dtype=np.intp)
    small = n_possible <= BLOCK
    for start in range(0, n, BLOCK):
        block = slice(start, start + BLOCK)
        mixed = _mixed_radix([code[block] for code in codes], sizes)
        number[block] = mixed
        if small:
            counts += np.bincount(mixed, minlength=n_possible)
    if not small:
        counts = np.bincount(number, minlength=n_possible)
    present = np.flatnonzero(counts)
    if present.size < n_possible:
        renumbered = np.zeros(n_possible, dtype=np.int32)
        renumbered[present] = np.arange(present.size, dtype=np.int32)
        number = renumbered[number]
    return Cells(
        of=number,
        codes=tuple(np.unravel_index(present, sizes)),
        sizes=sizes,
        counts=counts[present].astype(np.float64),
    )


def _mixed_radix(codes: Sequence[NDArray[np.integer]], sizes: Sequence[int]) -> IndexArray:
    number = codes[0].astype(np.intp)
    _check_range(codes[0], sizes[0])
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        _check_range(code, size)
        number *= size
        number += code
    return number


def _check_range(code: NDArray[np.integer], size: int) -> None:
    # Read as unsigned, a negative code is large: one comparison sees both ends.
    unsigned = code.view(f"u{code.itemsize}")
    if code.size and unsigned.max() >= size:
        raise CodeRangeError(f"a code is outside [0, {size})")


def _reduce_by_sorting(codes: Sequence[NDArray[np.integer]], sizes: tuple[int, ...]) -> Cells:
    number = np.zeros(codes[0].size, dtype=np.int64)
    n_seen = 1
    for code, size in zip(codes, sizes, strict=True):
        _check_range(code, size)
        number = number * size + code
        n_seen *= size
        if n_seen > DENSE_LIMIT:
            # Renumbered after each variable, so the number never outgrows 64 bits.
            distinct, number = np.unique(number, return_inverse=True)
            n_seen = distinct.size
    _, first, of, counts = np.unique(
        number, return_index=True, return_inverse=True, return_counts=True
    )
    return Cells(
        of=of.astype(np.int32),
        codes=tuple(code[first].astype(np.intp) for code in codes),
        sizes=sizes,
        counts=counts.astype(np.float64),
    )
