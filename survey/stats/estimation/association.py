"""Whether two categorical answers have to do with one another: Rao and Scott, Wald."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, total_by
from survey.stats.estimation.significance import Significance, SignificanceError, f_test
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.scipy_calls import chdtrc

AssociationTest = Literal["rao_scott", "rao_scott_chi_squared", "wald", "adjusted_wald"]


def association_test(
    *,
    weights: WeightSet,
    rows: NDArray[np.integer],
    columns: NDArray[np.integer],
    method: AssociationTest = "rao_scott",
) -> Significance:
    """Test whether two categorical variables are independent in the population.

    Parameters
    ----------
    weights : WeightSet
    rows, columns : ndarray of integers, shape (n,)
        Category of each row in the two variables; -1 where missing: left out, but in the design.
    method : {"rao_scott", "rao_scott_chi_squared", "wald", "adjusted_wald"}
        Pearson's X squared corrected to the second order (F) or first order (chi squared); or the
        distance of the weighted counts from independence in units of their covariance, without
        and with the correction for few sampling units.

    Returns
    -------
    Significance

    Raises
    ------
    SignificanceError
        Fewer than two categories, empty cells that leave no test, too few sampling units.

    Notes
    -----
    X squared is that of the weighted shares times n, the rows with both answers. With p the
    shares, V their design covariance, D = diag(p), C the interactions freed of main effects: Delta
    = (C'D^-1 C / n)^-1 C'D^-1 V D^-1 C. Second order: X squared / tr(Delta) is F on d = tr(Delta)^2
    / tr(Delta^2) and d times the design's degrees of freedom. Rao and Scott's is the default: Wald
    with many cells and few units refuses too often.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984), doi:10.1214/aos/1176346391.

    Checked against R ``survey::svychisq(~rows + columns, design, statistic = "F" | "Chisq" |
    "Wald" | "adjWald")``, which counts in n the rows with a missing answer too.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, association_test
    >>> weights = WeightSet(base_weights=np.ones(40), design=Design.build(n=40))
    >>> town, pleased = np.repeat([0, 1], 20), np.repeat([0, 1, 0, 1], [5, 15, 12, 8])
    >>> print(association_test(weights=weights, rows=town, columns=pleased).summary())
    Rao-Scott: F 4.8875 on 1 and 39, p 0.03299
    """
    w = weights.weights
    if rows.shape != w.shape or columns.shape != w.shape:
        raise SignificanceError("rows", rows=rows.size, columns=columns.size, weights=w.size)
    both = np.flatnonzero((rows >= 0) & (columns >= 0) & (w > 0))
    i = np.unique(rows[both], return_inverse=True)[1].reshape(-1)
    j = np.unique(columns[both], return_inverse=True)[1].reshape(-1)
    shape = (int(i.max(initial=-1)) + 1, int(j.max(initial=-1)) + 1)
    if min(shape) < 2:
        raise SignificanceError("one_category", rows=shape[0], columns=shape[1])
    share = total_by(i * shape[1] + j, w[both] / w[both].sum(), shape[0] * shape[1]).reshape(shape)
    cell = np.zeros((w.size, share.size))
    cell[both, i * shape[1] + j] = 1 / w[both].sum()
    units = weights.degrees_of_freedom
    if method in {"wald", "adjusted_wald"}:
        return _wald(weights, cell, share, units, adjusted=method == "adjusted_wald")
    cell[both] -= share.ravel() / w[both].sum()
    second = method == "rao_scott"
    return _rao_scott(weights.covariance(cell), share, both.size, units, second=second)


def _rao_scott(
    covariance: FloatArray, share: FloatArray, n: int, units: int, *, second: bool
) -> Significance:
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    x2 = n * float(((share - expected) ** 2 / expected).sum())
    inverse = np.divide(1, share, out=np.zeros_like(share), where=share > 0).ravel()
    c = _interactions(share.shape) * inverse[:, None]
    below = c.T @ (c * share.ravel()[:, None]) / n
    q = below.shape[0]
    if np.linalg.matrix_rank(below, hermitian=True) < q:
        raise SignificanceError("empty_cells")
    delta = np.linalg.solve(below, c.T @ covariance @ c)
    trace = float(np.trace(delta))
    if not second:
        p = float(chdtrc(q, x2 / (trace / q)))
        return Significance(
            method="Rao-Scott, first order", statistic=x2, df=q, error_df=np.inf, p_value=p
        )
    if units < 1:
        raise SignificanceError("no_freedom", df=units)
    d = trace**2 / float(np.trace(delta @ delta))
    return f_test("Rao-Scott", x2 / trace, d, d * units)


def _interactions(shape: tuple[int, int]) -> FloatArray:
    """Contrasts between cells that no main effect makes, shape (cells, interactions)."""
    effects = [np.eye(size) - np.ones((size, size)) / size for size in shape]
    return np.asarray(np.kron(effects[0][:, 1:], effects[1][:, 1:]))


def _wald(
    weights: WeightSet, cell: FloatArray, share: FloatArray, units: int, *, adjusted: bool
) -> Significance:
    r, k = share.shape
    of_row, of_column = share.sum(axis=1), share.sum(axis=0)
    of_cell = cell.reshape(-1, r, k)
    in_row, in_column = of_cell.sum(axis=2), of_cell.sum(axis=1)
    anywhere = in_row.sum(axis=1)
    influence = (
        of_cell
        - in_row[:, :, None] * of_column
        - in_column[:, None, :] * of_row[:, None]
        + anywhere[:, None, None] * np.outer(of_row, of_column)
    )[:, 1:, 1:].reshape(cell.shape[0], -1)
    gap = (share - np.outer(of_row, of_column))[1:, 1:].ravel()
    q = gap.size
    error_df = units - q + 1 if adjusted else units
    if error_df < 1:
        raise SignificanceError("no_freedom", df=error_df)
    covariance = weights.covariance(influence)
    if np.linalg.matrix_rank(covariance, hermitian=True) < q:
        raise SignificanceError("singular")
    statistic = float(gap @ np.linalg.solve(covariance, gap)) / q
    if adjusted:
        return f_test("Wald, adjusted", statistic * error_df / units, q, error_df)
    return f_test("Wald", statistic, q, error_df)
