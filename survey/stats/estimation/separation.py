"""Answers that predictors separate, so that a logistic regression has no finite coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.scipy_calls import csc_array, hstack, identity, linprog

_BIT = 1e-6  # a linear programme's solution is exact to about 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Separation:
    """What separates the answers.

    Attributes
    ----------
    complete : bool
        All rows are separated; otherwise some lie on the border (quasi-separation).
    columns : ndarray of intp
        Predictors that do it together, none of which can be spared; the constant is named only
        where it does it alone.
    rows : ndarray of bool, shape (n,)
        Rows whose fitted chance would be 0 or 1.
    """

    complete: bool
    columns: IndexArray
    rows: BoolArray


def separation(*, y: FloatArray, x: FloatArray) -> Separation | None:
    """Find what separates the answers; None where the likelihood has its maximum.

    Parameters
    ----------
    y : ndarray of float64, shape (n,)
        In [0, 1].
    x : ndarray of float64, shape (n, p)
        Predictors with their constant column, not collinear.

    Returns
    -------
    Separation or None

    Notes
    -----
    A direction b separates where x'b >= 0 for ones and <= 0 for zeros (and = 0 for shares between,
    which are both), not all of them zero: along it the likelihood rises for ever. A linear
    programme gives every row a margin of at most 1 and asks for the largest sum of margins; as
    directions can be added and stretched, each row that can be separated then has 1. Columns
    without which as many are separated are then left out, one after another.

    References
    ----------
    Albert, A. and Anderson, J. A. (1984), doi:10.1093/biomet/71.1.1.
    Konis, K. (2007), Linear programming algorithms for detecting separated data in binary logistic
    regression models, thesis, University of Oxford.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.estimation.separation import separation
    >>> x = np.column_stack([np.ones(6), [0, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 1]])
    >>> found = separation(y=np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0]), x=x)
    >>> found.complete, found.columns, found.rows
    (False, array([1]), array([False, False, False, False,  True,  True]))
    """
    scale = np.abs(x).max(axis=0)
    cases, place = np.unique(np.column_stack([x / scale, y]), axis=0, return_inverse=True)
    # A share between 0 and 1 is a one and a zero: both sides of it must be on the border.
    signs = np.column_stack([cases[:, -1] > 0, -(cases[:, -1] < 1).astype(np.float64)])
    of, side = np.nonzero(signs)
    z = cases[of, :-1] * signs[of, side][:, None]
    margin = _margins(z)
    if margin.max() < _BIT:
        return None
    apart = margin > 1 - _BIT
    rows = np.zeros(cases.shape[0], dtype=bool)
    rows[of[apart]] = True
    return Separation(
        complete=bool(apart.all()),
        columns=_needed(z, apart, np.ptp(x, axis=0) > 0),
        rows=rows[place.reshape(-1)],
    )


def _margins(z: FloatArray) -> FloatArray:
    """Return the margins t <= z b with the largest sum, each in [0, 1]."""
    n, p = z.shape
    bounds = [(None, None)] * p + [(0, 1)] * n
    found = linprog(
        np.concatenate([np.zeros(p), -np.ones(n)]),
        A_ub=hstack([csc_array(-z), identity(n)]),
        b_ub=np.zeros(n),
        bounds=bounds,
        method="highs",
    )
    return np.asarray(found.x[p:])


def _needed(z: FloatArray, apart: BoolArray, varies: BoolArray) -> IndexArray:
    """Return columns of which none can be spared beside the constant, to separate as many rows."""
    kept = ~varies
    if kept.any() and _separate(z[:, kept], apart):
        return np.flatnonzero(kept)
    kept = np.ones(varies.size, dtype=bool)
    for column in np.flatnonzero(varies):
        kept[column] = False
        kept[column] = not _separate(z[:, kept], apart)
    return np.flatnonzero(kept & varies)


def _separate(z: FloatArray, apart: BoolArray) -> bool:
    """Whether some b has z b >= 1 in the rows ``apart`` and >= 0 in the others."""
    free = [(None, None)] * z.shape[1]
    wanted = -apart.astype(np.float64)
    found = linprog(np.zeros(z.shape[1]), A_ub=-z, b_ub=wanted, bounds=free, method="highs")
    return bool(found.status == 0)
