"""Responses reduced to unique cells once, after which cost does not depend on n."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

DENSE_LIMIT = 1 << 22
BLOCK = 1 << 15


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
    codes: tuple[NDArray[np.intp], ...]
    sizes: tuple[int, ...]
    counts: NDArray[np.float64]

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.of.size)

    @property
    def n_cells(self) -> int:
        """Number of cells that have a row."""
        return int(self.counts.size)

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum ``values`` (n,) over the rows of each cell, shape (n_cells,)."""
        return np.bincount(self.of, weights=values, minlength=self.n_cells)


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

    Notes
    -----
    One blocked pass writes the mixed-radix number of each row and counts it; the numbers
    are then renumbered without holes. Tables of more than ``DENSE_LIMIT`` possible cells are
    sorted instead.
    """
    sizes = tuple(int(size) for size in sizes)
    n_possible = prod(sizes)
    if n_possible > DENSE_LIMIT:
        return _reduce_by_sorting(codes, sizes)
    number = np.empty(codes[0].size, dtype=np.int32)
    counts = np.zeros(n_possible, dtype=np.intp)
    for start in range(0, number.size, BLOCK):
        block = slice(start, start + BLOCK)
        mixed = codes[0][block].astype(np.intp)
        for code, size in zip(codes[1:], sizes[1:], strict=True):
            mixed *= size
            mixed += code[block]
        number[block] = mixed
        if n_possible <= BLOCK:
            counts += np.bincount(mixed, minlength=n_possible)
    if n_possible > BLOCK:
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


def _reduce_by_sorting(codes: Sequence[NDArray[np.integer]], sizes: tuple[int, ...]) -> Cells:
    number = np.zeros(codes[0].size, dtype=np.int64)
    n_seen = 1
    for code, size in zip(codes, sizes, strict=True):
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
