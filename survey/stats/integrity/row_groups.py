"""Rows that belong together, as one sorted order and its segments: no loop over groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray

_RENUMBER_ABOVE = 1 << 61  # codes above would overflow with another key


@dataclass(frozen=True, slots=True, kw_only=True)
class RowGroups:
    """Disjoint groups of rows.

    Attributes
    ----------
    order : ndarray of intp, shape (rows in a group,)
        Rows, group after group; inside a group as in the sample.
    start, size : ndarray of intp, shape (groups,)
    of_row : ndarray of intp, shape (n,)
        Group of each row, -1 for a row that is in none.
    """

    order: IndexArray
    start: IndexArray
    size: IndexArray
    of_row: IndexArray

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return int(self.size.size)

    def rows(self, group: int) -> IndexArray:
        """Return the rows of one group."""
        start = self.start[group]
        return self.order[start : start + self.size[group]]

    def first(self, values: IndexArray) -> IndexArray:
        """Return the value at the first row of every group."""
        return np.asarray(values[self.order[self.start]])

    def total(self, values: FloatArray) -> FloatArray:
        """Return the sum over every group."""
        if not self.n_groups:
            return np.zeros(0)
        return np.asarray(np.add.reduceat(values[self.order], self.start))


def group_rows(*keys: NDArray[np.integer]) -> RowGroups:
    """Group the rows that agree in all keys; a negative key leaves its row out."""
    n = keys[0].size
    inside = np.flatnonzero(np.logical_and.reduce([key >= 0 for key in keys]))
    codes = np.zeros(inside.size, dtype=np.int64)
    for key in keys:
        width = int(key.max(initial=0)) + 1
        if codes.max(initial=0) > _RENUMBER_ABOVE // width:
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
        codes = codes * width + key[inside]
    by_code = np.argsort(codes, kind="stable")
    order = inside[by_code]
    new = np.ones(order.size, dtype=np.bool_)
    new[1:] = np.diff(codes[by_code]) != 0
    start = np.flatnonzero(new)
    of_row = np.full(n, -1, dtype=np.intp)
    of_row[order] = np.cumsum(new) - 1
    return RowGroups(
        order=order, start=start, size=np.diff(np.append(start, order.size)), of_row=of_row
    )


def chosen(groups: RowGroups, keep: BoolArray) -> RowGroups:
    """Return the chosen groups alone, renumbered."""
    if not groups.n_groups:
        return groups
    number = np.where(keep, np.cumsum(keep) - 1, -1)
    return group_rows(np.where(groups.of_row >= 0, number[groups.of_row], -1))


def vector_codes(items: NDArray[np.integer]) -> IndexArray:
    """Return a number for each answer vector, equal where all answers are, shape (n,)."""
    codes = np.zeros(items.shape[0], dtype=np.int64)
    lowest = int(items.min(initial=0))
    width = int(items.max(initial=0)) - lowest + 1
    for column in items.T:
        if codes.max(initial=0) > _RENUMBER_ABOVE // width:
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
        codes = codes * width + (column.astype(np.int64) - lowest)
    return np.unique(codes, return_inverse=True)[1].astype(np.intp)
