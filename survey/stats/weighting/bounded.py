"""Calibration by Newton's method: linear (GREG), raking and logit, with bounds on g."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, total_by
from survey.stats.scipy_calls import linprog
from survey.stats.weighting.auxiliary import Auxiliary, solve_gram
from survey.stats.weighting.calibration import (
    Calibration,
    calibration_notices,
    cell_base_weights,
    contradicting,
    margin_cells,
)
from survey.stats.weighting.cells import Cells
from survey.stats.weighting.distance import Distance, Method
from survey.stats.weighting.margin import (
    CalibrationError,
    InfeasibleBoundsError,
    Margin,
    MarginTotalError,
    ShapeError,
    agreed_size,
    check_base_weights,
    check_categories,
    check_codes,
    check_lengths,
)

HALVINGS = 40
PROGRAM_LIMIT = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Known total of one numeric variable.

    Attributes
    ----------
    variable : str
    values : ndarray of float64, shape (n,)
    total : float
    """

    variable: str
    values: FloatArray
    total: float


def calibrate(
    *,
    base_weights: FloatArray,
    margins: Sequence[Margin] = (),
    totals: Sequence[Total] = (),
    method: Method = "linear",
    bounds: tuple[float, float] | None = None,
    tolerance: float = 1e-10,
    max_iterations: int = 200,
) -> Calibration:
    """Calibrate weights to known totals of categories and numbers.

    Parameters
    ----------
    base_weights : ndarray of float64, shape (n,)
        Design weights d, finite, zero or more.
    margins : sequence of Margin
    totals : sequence of Total
    method : {"linear", "raking", "logit"}
        Linear is the generalised regression estimator; its g may be negative without bounds.
    bounds : (float, float), optional
        Smallest and largest g = w/d allowed, lower < 1 < upper; required by logit.
    tolerance : float
        Largest relative error of a total accepted as met.
    max_iterations : int

    Returns
    -------
    Calibration

    Raises
    ------
    InfeasibleBoundsError
        No g within the bounds meets the totals.
    EmptyCategoryError, DisagreeingTotalsError, WeightError, ShapeError, CalibrationError

    Notes
    -----
    g = F(x'lambda) with sum d g x = T. Lambda minimises the convex function
    sum d H(x'lambda) - T'lambda, H the integral of F, by Newton steps halved until they
    descend, so truncated functions cannot cycle. Without numeric totals the rows are first
    reduced to cells. A calibration that fails without bounds returns ``converged=False``.

    References
    ----------
    Deville, J.-C. and Sarndal, C.-E. (1992), doi:10.1080/01621459.1992.10475217.

    Checked against R ``survey::calibrate(design, formula, population, calfun, bounds)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Total, calibrate
    >>> land = Total(variable="land", values=np.array([1.0, 2.0, 3.0]), total=70.0)
    >>> people = Total(variable="people", values=np.ones(3), total=30.0)
    >>> found = calibrate(
    ...     base_weights=np.full(3, 10.0), totals=[people, land], bounds=(0.5, 2.0)
    ... )
    >>> found.g.round(3)
    array([0.5, 1. , 1.5])
    """
    check_base_weights(base_weights)
    distance = _distance(method, bounds)
    cells, auxiliary = _prepare(base_weights, margins, totals)
    weight, equal = cell_base_weights(cells, base_weights)
    known = _known(margins, totals, cells, weight)
    _check_reach(margins, cells, weight, distance)
    scale = np.where(
        known != 0,
        np.abs(known),
        auxiliary.absolute().transpose_times(weight[:, None])[:, 0] + (known == 0),
    )
    g, n_iter, error = _newton(
        auxiliary, weight, known, scale, distance, tolerance=tolerance, limit=max_iterations
    )
    # Totals that contradict are told as such, not as bounds too narrow.
    if error > tolerance and bounds is not None and not contradicting(cells, margins, weight):
        _refuse_infeasible(auxiliary, weight, known, scale, distance)
    return Calibration(
        base_weights=base_weights,
        cell=cells.of,
        cell_g=g,
        cell_base=weight,
        equal_base=equal,
        auxiliary=auxiliary,
        converged=error <= tolerance,
        n_iter=n_iter,
        max_margin_error=error,
        notices=calibration_notices(
            cells, margins, weight * g, n_iter=n_iter, error=error, tolerance=tolerance, base=weight
        ),
    )


def _distance(method: Method, bounds: tuple[float, float] | None) -> Distance:
    if bounds is None:
        if method == "logit":
            raise CalibrationError("logit_without_bounds")
        return Distance(method=method, lower=-np.inf, upper=np.inf)
    lower, upper = bounds
    if not lower < 1 < upper or (method == "logit" and not np.isfinite([lower, upper]).all()):
        raise InfeasibleBoundsError("not_around_one", lower=lower, upper=upper)
    return Distance(method=method, lower=lower, upper=upper)


def _prepare(
    base_weights: FloatArray, margins: Sequence[Margin], totals: Sequence[Total]
) -> tuple[Cells, Auxiliary]:
    n = base_weights.size
    if not margins and not totals:
        raise ShapeError("no_total")
    check_lengths(margins, n)
    for total in totals:
        if total.values.shape != (n,) or not np.isfinite(total.values).all():
            raise ShapeError("missing_value", variable=total.variable)
        if not np.isfinite(total.total):
            raise MarginTotalError("not_finite", variable=total.variable, total=total.total)
    codes = [margin.codes for margin in margins]
    sizes = tuple(len(margin.categories) for margin in margins)
    if totals:
        check_codes(margins)
        values = np.stack([total.values for total in totals], axis=1)
        cells = Cells(
            of=np.arange(n, dtype=np.int32), codes=tuple(codes), sizes=sizes, counts=np.ones(n)
        )
    else:
        cells = margin_cells(margins, n)
        values = np.zeros((cells.n_cells, 0))
    return cells, Auxiliary(codes=cells.codes, sizes=sizes, values=values)


def _known(
    margins: Sequence[Margin],
    totals: Sequence[Total],
    cells: Cells,
    weight: FloatArray,
) -> FloatArray:
    """Return known totals in the order of X; refuse empty categories, then disagreement."""
    for margin, code in zip(margins, cells.codes, strict=True):
        check_categories(margin, total_by(code, weight, len(margin.categories)))
    size = agreed_size(margins) if margins else 0.0
    known = [x for m in margins for x in m.totals * (size / m.totals.sum())]
    return np.array(known + [total.total for total in totals])


def _check_reach(
    margins: Sequence[Margin], cells: Cells, weight: FloatArray, distance: Distance
) -> None:
    """Refuse, by name, a category whose total no g within the bounds can reach."""
    for margin, code in zip(margins, cells.codes, strict=True):
        current = total_by(code, weight, len(margin.categories))
        for k in np.flatnonzero(current > 0):
            g = margin.totals[k] / current[k]
            if not distance.lower - 1e-12 <= g <= distance.upper + 1e-12:
                raise InfeasibleBoundsError(
                    "category",
                    variable=margin.variable,
                    category=margin.categories[k],
                    g=float(g),
                    lower=distance.lower,
                    upper=distance.upper,
                )


def _newton(
    auxiliary: Auxiliary,
    weight: FloatArray,
    known: FloatArray,
    scale: FloatArray,
    distance: Distance,
    *,
    tolerance: float,
    limit: int,
) -> tuple[FloatArray, int, float]:
    lam = np.zeros(known.size)
    v = np.zeros(weight.size)
    g = distance.factor(v)
    floor = auxiliary.gram(weight)
    n_iter = 0
    while True:
        misfit = known - auxiliary.transpose_times((weight * g)[:, None])[:, 0]
        error = float(np.max(np.abs(misfit) / scale))
        if error <= tolerance or n_iter >= limit:
            return g, n_iter, error
        n_iter += 1
        gram = auxiliary.gram(weight * distance.slope(v))
        step = _descent(gram, floor, misfit)
        moved = auxiliary.times(step[:, None])[:, 0]
        size = _step_size(
            distance, weight, v, moved, gain=float(known @ step), slope=float(misfit @ step)
        )
        lam = lam + size * step
        v = v + size * moved
        g = distance.factor(v)
        if size == 0:
            return g, n_iter, error


def _descent(gram: FloatArray, floor: FloatArray, misfit: FloatArray) -> FloatArray:
    """Newton's step; where bounds hold a whole category fast, a damped step out of them."""
    step: FloatArray = solve_gram(gram, misfit[:, None])[:, 0]
    left = misfit - gram @ step
    if np.linalg.norm(left) > 1e-6 * np.linalg.norm(misfit):
        step = solve_gram(gram + 1e-3 * floor, misfit[:, None])[:, 0]
    return step


def _step_size(
    distance: Distance,
    weight: FloatArray,
    v: FloatArray,
    moved: FloatArray,
    *,
    gain: float,
    slope: float,
) -> float:
    """Halve the step until the convex objective descends by its share of ``slope``."""
    start = distance.integral(v)
    magnitude = float(weight @ np.abs(start)) + abs(gain)
    size = 1.0
    for _ in range(HALVINGS):
        # Differences cell by cell, so that convergence is not lost in a large sum.
        change = float(weight @ (distance.integral(v + size * moved) - start)) - size * gain
        if change <= -1e-4 * size * slope + 1e-14 * magnitude:
            return size
        size /= 2
    return 0.0


def _refuse_infeasible(
    auxiliary: Auxiliary,
    weight: FloatArray,
    known: FloatArray,
    scale: FloatArray,
    distance: Distance,
) -> None:
    """Refuse when a linear program finds no g within the bounds that meets the totals."""
    if weight.size <= PROGRAM_LIMIT:
        matrix = auxiliary.dense() * weight[:, None]
        found = linprog(
            np.zeros(weight.size),
            A_eq=matrix.T / scale[:, None],
            b_eq=known / scale,
            bounds=(distance.lower, distance.upper),
            method="highs",
        )
        if found.status == 0:
            return
    raise InfeasibleBoundsError("no_weights", lower=distance.lower, upper=distance.upper)
