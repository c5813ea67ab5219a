"""Sums of powers by domain and cell, from which means and their errors follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.auxiliary import solve_gram
from survey.stats.cells import BLOCK, equal_weight, reduce_to_cells
from survey.stats.sums import sum_by, total_by
from survey.stats.weight_set import WeightSet

ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Sums over the rows of each domain (k) in each cell (c), all of shape (k, c).

    Attributes
    ----------
    n : rows
    d, d2 : base weights, and their squares
    dy, d2y, d2y2 : base weights, or their squares, times values, or their squares
    """

    n: NDArray[np.float64]
    d: NDArray[np.float64]
    d2: NDArray[np.float64]
    dy: NDArray[np.float64]
    d2y: NDArray[np.float64]
    d2y2: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Calibration cells split by stratum, and what of the design stays known per cell.

    Attributes
    ----------
    of : ndarray of integers, shape (n,)
        Cell of each row.
    g : ndarray of float64, shape (c,)
        Calibration factor.
    calibration_cell, stratum : ndarray of intp, shape (c,)
    d, d2 : ndarray of float64, shape (c,)
        Sums over all rows of base weights and of their squares.
    equal : float or None
        The base weight, when it is the same for all rows.
    """

    of: NDArray[np.int32]
    g: NDArray[np.float64]
    calibration_cell: NDArray[np.intp]
    stratum: NDArray[np.intp]
    d: NDArray[np.float64]
    d2: NDArray[np.float64]
    equal: float | None


def lay_out(weights: WeightSet) -> Layout:
    """Split the calibration cells of an element sample by stratum."""
    calibration, stage, base = weights.calibration, weights.design.stages[0], weights.base_weights
    n_strata = stage.n_units.size
    of = np.zeros(base.size, dtype=np.int32) if calibration is None else calibration.cell
    g = np.ones(1) if calibration is None else calibration.cell_g
    calibration_cell = np.arange(g.size)
    stratum = np.zeros(g.size, dtype=np.intp)
    if n_strata > 1:
        cells = reduce_to_cells((of, stage.stratum), (g.size, n_strata))
        of, (calibration_cell, stratum) = cells.of, cells.codes
    equal = equal_weight(base)
    c = calibration_cell.size
    d: NDArray[np.float64]
    if calibration is not None and n_strata == 1:
        d = calibration.cell_base
    elif equal is None:
        d = total_by(of, base, c)
    else:
        d = np.bincount(of, minlength=c).astype(np.float64) * equal
    d2 = total_by(of, base * base, c) if equal is None else d * equal
    return Layout(
        of=of,
        g=g[calibration_cell],
        calibration_cell=calibration_cell,
        stratum=stratum,
        d=d,
        d2=d2,
        equal=equal,
    )


def collect(
    *,
    layout: Layout,
    base_weights: NDArray[np.float64],
    domain: NDArray[np.integer],
    n_domains: int,
    y: NDArray[np.float64],
    rows: NDArray[np.intp] | None,
) -> Moments:
    """Sum powers of ``y`` by domain and cell over ``rows`` (None: all), one pass each."""
    of, base = layout.of, base_weights
    if rows is not None:
        of, base, domain, y = of[rows], base[rows], domain[rows], y[rows]
    c = layout.g.size
    key = np.empty(of.size, dtype=np.intp)
    for start in range(0, key.size, BLOCK):
        block = slice(start, start + BLOCK)
        np.multiply(domain[block], c, out=key[block], dtype=np.intp, casting="unsafe")
        key[block] += of[block]
    shape = (n_domains, c)

    def total(values: NDArray[np.float64] | None) -> NDArray[np.float64]:
        sums = np.bincount(key, values, minlength=n_domains * c)
        return sums.reshape(shape).astype(np.float64, copy=False)

    n = total(None)
    if layout.equal is not None:
        d = layout.equal
        ny = total(y)
        return Moments(n=n, d=n * d, d2=n * d**2, dy=ny * d, d2y=ny * d**2,
                       d2y2=total(y * y) * d**2)  # fmt: skip
    dy = base * y
    return Moments(n=n, d=total(base), d2=total(base * base), dy=total(dy),
                   d2y=total(base * dy), d2y2=total(dy * dy))  # fmt: skip


def cell_covariance(
    *,
    weights: WeightSet,
    layout: Layout,
    moments: Moments,
    centre: NDArray[np.float64],
    divisor: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Linearised covariance of domain estimates from cell sums.

    Parameters
    ----------
    weights : WeightSet
        Whose rows are the first-stage units.
    layout : Layout
    moments : Moments
    centre, divisor : ndarray of float64, shape (k,)
        The influence of a row of domain k is (y - centre_k) / divisor_k.

    Returns
    -------
    ndarray of float64, shape (k, k)

    Notes
    -----
    The square of w e = g d (z - f) is expanded and summed by cell, f = x'B being constant
    there; domains share no rows, so z_k z_l is zero for two of them. Equal to
    :func:`survey.stats.linearisation.linearised_covariance` but for rounding.
    """
    stage = weights.design.stages[0]
    scale = stage.scale(weights.design.lonely_psu)
    z, z_d2, zz = _influence_sums(moments, centre, divisor)
    g = layout.g
    g2 = g * g * scale[layout.stratum]
    covariance = np.diag(zz @ g2)
    fitted = _fitted(weights, layout, z)
    totals = z * g
    if fitted is not None:
        cross = (fitted * g2) @ z_d2.T
        covariance = covariance - cross - cross.T + (fitted * (g2 * layout.d2)) @ fitted.T
        totals = totals - fitted * (g * layout.d)
    by_stratum = sum_by(layout.stratum, scale.size, totals.T)
    share = scale / stage.n_units
    if weights.design.lonely_psu == "adjust":
        share[stage.lonely] = 0.0
    return np.asarray(covariance - (by_stratum * share[:, None]).T @ by_stratum)


def _influence_sums(
    moments: Moments, centre: NDArray[np.float64], divisor: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    m, w = centre[:, None], divisor[:, None]
    z = (moments.dy - m * moments.d) / w
    z_d2 = (moments.d2y - m * moments.d2) / w
    zz = (moments.d2y2 - 2 * m * moments.d2y + m**2 * moments.d2) / w**2
    # Equal answers leave only rounding, which must not be published as an error.
    size = (moments.d2y2 + m**2 * moments.d2).sum(axis=1) / divisor**2
    flat = zz.sum(axis=1) <= ROUNDING * size
    for table in (z, z_d2, zz):
        table[flat] = 0.0
    return z, z_d2, zz


def _fitted(
    weights: WeightSet, layout: Layout, z: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Regression of the influence on the calibration variables, shape (k, c)."""
    calibration = weights.calibration
    if calibration is None:
        return None
    n_cells, auxiliary = calibration.cell_g.size, calibration.auxiliary
    split = layout.g.size > n_cells
    by_cell = sum_by(layout.calibration_cell, n_cells, z.T) if split else z.T
    b = solve_gram(auxiliary.gram(calibration.cell_base), auxiliary.transpose_times(by_cell))
    fitted = auxiliary.times(b)
    return np.asarray((fitted[layout.calibration_cell] if split else fitted).T)
