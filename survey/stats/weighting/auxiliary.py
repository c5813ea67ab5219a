"""Calibration variables held as codes and numbers, never as a wide dummy matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray, sum_by, total_by

RANK_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Auxiliary:
    """The matrix X of calibration variables, one row per cell (or per response).

    The columns are the dummies of each categorical variable in turn, all categories kept,
    then the numeric variables. X is rank deficient as soon as there are two categorical
    variables; every use below is invariant to that.

    Attributes
    ----------
    codes : tuple of ndarray of intp, each of shape (c,)
        Category of each row in each categorical variable.
    sizes : tuple of int
        Number of categories of each.
    values : ndarray of float64, shape (c, r)
        The numeric variables.
    """

    codes: tuple[IndexArray, ...]
    sizes: tuple[int, ...]
    values: FloatArray

    @property
    def n_columns(self) -> int:
        """Number of columns of X."""
        return sum(self.sizes) + int(self.values.shape[1])

    def transpose_times(self, z: FloatArray) -> FloatArray:
        """X'z for z of shape (c, m): shape (p, m)."""
        parts = [sum_by(code, size, z) for code, size in zip(self.codes, self.sizes, strict=True)]
        return np.concatenate([*parts, self.values.T @ z])

    def times(self, b: FloatArray) -> FloatArray:
        """X b for b of shape (p, m): shape (c, m)."""
        n_dummies = sum(self.sizes)
        product: FloatArray = self.values @ b[n_dummies:]
        start = 0
        for code, size in zip(self.codes, self.sizes, strict=True):
            product = product + b[start : start + size][code]
            start += size
        return product

    def absolute(self) -> Auxiliary:
        """Return the same with |X|: what a total of zero is measured against."""
        return Auxiliary(codes=self.codes, sizes=self.sizes, values=np.abs(self.values))

    def taken(self, rows: IndexArray) -> Auxiliary:
        """Return the given rows of X."""
        if rows.size == self.values.shape[0]:
            return self
        codes = tuple(code[rows] for code in self.codes)
        return Auxiliary(codes=codes, sizes=self.sizes, values=self.values[rows])

    def sums_by(self, group: IndexArray, size: int, d: FloatArray) -> FloatArray:
        """Sum d x over the rows of each group: shape (size, p)."""
        parts = [
            total_by(group * k + code, d, size * k).reshape(size, k)
            for code, k in zip(self.codes, self.sizes, strict=True)
        ]
        return np.concatenate([*parts, sum_by(group, size, self.values * d[:, None])], axis=1)

    def dense(self) -> FloatArray:
        """X itself, shape (c, p)."""
        blocks = [np.eye(size)[code] for code, size in zip(self.codes, self.sizes, strict=True)]
        return np.concatenate([*blocks, self.values], axis=1)

    def gram(self, d: FloatArray) -> FloatArray:
        """X' diag(d) X for d of shape (c,): shape (p, p)."""
        out = np.zeros((self.n_columns, self.n_columns))
        starts = np.concatenate([[0], np.cumsum(self.sizes)]).astype(int)
        n_dummies = int(starts[-1])
        weighted = self.values * d[:, None]
        for i, (code, size) in enumerate(zip(self.codes, self.sizes, strict=True)):
            rows = slice(starts[i], starts[i + 1])
            for j in range(i, len(self.codes)):
                columns = slice(starts[j], starts[j + 1])
                pair = code * self.sizes[j] + self.codes[j]
                table = np.bincount(pair, weights=d, minlength=size * self.sizes[j])
                out[rows, columns] = table.reshape(size, self.sizes[j])
                out[columns, rows] = out[rows, columns].T
            out[rows, n_dummies:] = sum_by(code, size, weighted)
            out[n_dummies:, rows] = out[rows, n_dummies:].T
        out[n_dummies:, n_dummies:] = self.values.T @ weighted
        return out


def solve_gram(gram: FloatArray, right: FloatArray) -> FloatArray:
    """Solve ``gram b = right`` in the least-squares sense, rank deficiency allowed.

    Parameters
    ----------
    gram : ndarray of float64, shape (p, p)
        Symmetric, positive semi-definite.
    right : ndarray of float64, shape (p, m)

    Returns
    -------
    ndarray of float64, shape (p, m)

    Notes
    -----
    Columns are brought to unit length first, so that a category holding 1e-12 of the weight
    counts as much for the rank as one holding all of it. One step of iterative refinement.
    """
    length = np.sqrt(np.diagonal(gram))
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    scaled = gram * scale[:, None] * scale
    values, vectors = np.linalg.eigh(scaled)
    keep = values > RANK_TOLERANCE * max(float(values[-1]), 1e-300)
    basis = vectors[:, keep]
    target = right * scale[:, None]
    solution = basis @ ((basis.T @ target) / values[keep, None])
    solution += basis @ ((basis.T @ (target - scaled @ solution)) / values[keep, None])
    return np.asarray(solution * scale[:, None])
