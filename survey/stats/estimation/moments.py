"""Sums of powers by domain and cell, from which means and their errors follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, sum_by, total_by
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.auxiliary import solve_gram
from survey.stats.weighting.cells import BLOCK, equal_weight, reduce_to_cells

ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Sums over the rows of each cell (c) in each domain (k), tables of shape (c, k).

    Base weights are in units of ``unit``: with equal weights every weight is one unit, and
    tables that are then the same are the same array.

    Attributes
    ----------
    unit : float
    n : rows
    d, d2 : base weights, and their squares
    dy, d2y, d2y2 : base weights, or their squares, times values, or their squares
    """

    unit: float
    n: FloatArray
    d: FloatArray
    d2: FloatArray
    dy: FloatArray
    d2y: FloatArray
    d2y2: FloatArray


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
    g: FloatArray
    calibration_cell: IndexArray
    stratum: IndexArray
    d: FloatArray
    d2: FloatArray
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
    d: FloatArray
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
    base_weights: FloatArray,
    domain: NDArray[np.integer],
    n_domains: int,
    y: FloatArray,
    rows: IndexArray | None,
) -> Moments:
    """Sum powers of ``y`` by domain and cell over ``rows`` (None: all), one pass each."""
    of, base = layout.of, base_weights
    if rows is not None:
        of, base, domain, y = of[rows], base[rows], domain[rows], y[rows]
    shape = (layout.g.size, n_domains)
    key = np.empty(of.size, dtype=np.intp)
    for start in range(0, key.size, BLOCK):
        block = slice(start, start + BLOCK)
        np.multiply(of[block], n_domains, out=key[block], dtype=np.intp)
        key[block] += domain[block]

    def total(values: FloatArray | None) -> FloatArray:
        sums = np.bincount(key, values, minlength=shape[0] * shape[1])
        return sums.reshape(shape).astype(np.float64, copy=False)

    n = total(None)
    if layout.equal is not None:
        ny = total(y)
        return Moments(unit=layout.equal, n=n, d=n, d2=n, dy=ny, d2y=ny, d2y2=total(y * y))
    dy = base * y
    return Moments(
        unit=1.0,
        n=n,
        d=total(base),
        d2=total(base * base),
        dy=total(dy),
        d2y=total(base * dy),
        d2y2=total(dy * dy),
    )


def cell_covariance(
    *,
    weights: WeightSet,
    layout: Layout,
    moments: Moments,
    centre: FloatArray,
    divisor: FloatArray,
    stand_in: FloatArray | None,
) -> FloatArray:
    """Linearised covariance of domain estimates from cell sums.

    Parameters
    ----------
    weights : WeightSet
        Whose rows are the first-stage units.
    layout : Layout
    moments : Moments
    centre, divisor : ndarray of float64, shape (k,)
        The influence of a row of domain k is (y - centre_k) / divisor_k.
    stand_in : ndarray of float64, shape (k,), or None
        As :meth:`survey.stats.estimation.design.Design.stand_in` returns it.

    Returns
    -------
    ndarray of float64, shape (k, k)

    Notes
    -----
    The square of w e = g d (z - f) is expanded and summed by cell, f = x'B being constant
    there; domains share no rows, so z_k z_l is zero for two of them. Past the table of z all
    algebra is of the size of the calibration variables. Equal to
    :func:`survey.stats.estimation.estimators.linearisation.linearised_covariance` but for rounding.
    """
    stage = weights.design.stages[0]
    scale = stage.scale
    g2 = layout.g**2 * scale[layout.stratum]
    scaled = moments.unit / divisor
    flat = _flat(moments, centre)
    scaled[flat] = 0.0
    if stand_in is not None:
        scaled *= np.sqrt(stand_in)
    z = (moments.dy - moments.d * centre) * scaled
    z_d2 = z if moments.d is moments.d2 else (moments.d2y - moments.d2 * centre) * scaled
    square = (
        g2 @ moments.d2y2 - 2 * centre * (g2 @ moments.d2y) + centre**2 * (g2 @ moments.d2)
    ) * scaled**2
    covariance = np.diag(square)
    by_stratum = sum_by(layout.stratum, scale.size, z * layout.g[:, None])
    calibration = weights.calibration
    if calibration is not None:
        auxiliary = calibration.auxiliary.taken(layout.calibration_cell)
        gram = auxiliary.gram(layout.d)
        b = solve_gram(gram, auxiliary.transpose_times(z))
        cross = b.T @ auxiliary.transpose_times(z_d2 * (g2 * moments.unit)[:, None])
        quadratic = b.T @ auxiliary.gram(g2 * layout.d2) @ b
        covariance = covariance - cross - cross.T + quadratic
        by_stratum = (
            by_stratum - auxiliary.sums_by(layout.stratum, scale.size, layout.g * layout.d) @ b
        )
    share = scale / stage.n_units
    if weights.design.lonely_psu == "adjust":
        share[stage.lonely] = 0.0
    return np.asarray(covariance - (by_stratum * share[:, None]).T @ by_stratum)


def _flat(moments: Moments, centre: FloatArray) -> BoolArray:
    """Domains of equal answers: their rounding must not be published as an error."""
    one = np.ones(moments.n.shape[0])
    y2, y, d2 = one @ moments.d2y2, one @ moments.d2y, one @ moments.d2
    gap = y2 - 2 * centre * y + centre**2 * d2
    return np.asarray(gap <= ROUNDING * (y2 + centre**2 * d2))
