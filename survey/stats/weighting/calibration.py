"""Calibration to known totals: the result type, raking and post-stratification."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray, sum_by, total_by
from survey.stats.notices import Notice
from survey.stats.weighting.auxiliary import Auxiliary, solve_gram
from survey.stats.weighting.cells import Cells, CodeRangeError, equal_weight, reduce_to_cells
from survey.stats.weighting.contradiction import contradiction
from survey.stats.weighting.margin import (
    Margin,
    ShapeError,
    agreed_size,
    check_base_weights,
    check_categories,
    check_codes,
    check_lengths,
)
from survey.stats.weighting.trimming import trim

__all__ = ["Calibration", "Margin", "poststratify", "rake", "trim"]

NEAR_EMPTY_RATIO = 10.0
TINY = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Weights that meet known totals, and what their variance needs.

    Attributes
    ----------
    base_weights : ndarray of float64, shape (n,)
        Weights before calibration, d.
    cell : ndarray of int32, shape (n,)
        Cell of each row; the factor is one number per cell.
    cell_g : ndarray of float64, shape (c,)
        Factor g of each cell.
    cell_base : ndarray of float64, shape (c,)
        Sum of base weights of each cell.
    equal_base : float or None
        The base weight, when it is the same for all rows.
    auxiliary : Auxiliary
        Calibration variables, one row per cell.
    converged : bool
        Whether every total is met to the tolerance.
    n_iter : int
        Iterations used.
    max_margin_error : float
        Largest |achieved - known| / |known| over all totals.
    notices : tuple of Notice
        What a reader should know.
    """

    base_weights: FloatArray
    cell: NDArray[np.int32]
    cell_g: FloatArray
    cell_base: FloatArray
    equal_base: float | None
    auxiliary: Auxiliary
    converged: bool
    n_iter: int
    max_margin_error: float
    notices: tuple[Notice, ...]

    @property
    def g(self) -> FloatArray:
        """Factor of each row, shape (n,); expanded at each call."""
        return self.cell_g[self.cell]

    @property
    def weights(self) -> FloatArray:
        """Calibrated weights w = g d, shape (n,); expanded at each call."""
        if self.equal_base is not None:
            return (self.cell_g * self.equal_base)[self.cell]
        return self.g * self.base_weights

    def residuals(self, influence: FloatArray) -> FloatArray:
        """Residuals of ``influence`` (n, m) on the calibration variables, weighted by d."""
        weighted = influence * self.base_weights[:, None]
        by_cell = sum_by(self.cell, self.cell_g.size, weighted)
        right = self.auxiliary.transpose_times(by_cell)
        b = solve_gram(self.auxiliary.gram(self.cell_base), right)
        return np.asarray(influence - self.auxiliary.times(b)[self.cell])

    def of_rows(self, rows: IndexArray) -> "Calibration":
        """Return the same calibration for its rows of positive weight, in another order."""
        return replace(self, base_weights=self.base_weights[rows], cell=self.cell[rows])

    def summary(self) -> str:
        """One paragraph for people."""
        state = "converged" if self.converged else "did NOT converge"
        head = (
            f"calibration of {self.cell.size} rows in {self.cell_g.size} cells {state} after "
            f"{self.n_iter} iterations, largest margin error {self.max_margin_error:.2g}, "
            f"g from {self.cell_g.min():.4g} to {self.cell_g.max():.4g}"
        )
        return "\n".join([head, *map(str, self.notices)])

    def to_columns(self) -> dict[str, FloatArray]:
        """Columns of one value per row: ``base_weight``, ``g``, ``weight``."""
        return {"base_weight": self.base_weights, "g": self.g, "weight": self.weights}


def rake(
    *,
    base_weights: FloatArray,
    margins: Sequence[Margin],
    tolerance: float = 1e-10,
    max_iterations: int = 1000,
) -> Calibration:
    """Rake weights to the totals of several categorical variables.

    Parameters
    ----------
    base_weights : ndarray of float64, shape (n,)
        Design weights d, finite, zero or more.
    margins : sequence of Margin
        One or more; one alone is post-stratification.
    tolerance : float
        Largest relative margin error accepted as met.
    max_iterations : int
        Rounds over all margins before giving up; the result then says
        ``converged=False``.

    Returns
    -------
    Calibration

    Raises
    ------
    EmptyCategoryError, DisagreeingTotalsError, WeightError, ShapeError

    Notes
    -----
    Iterative proportional fitting: each margin in turn multiplies the weights of its
    categories by known total over current total, until all are met. Rows are first reduced
    to cells, which changes nothing but the time. A structural zero (total zero, nobody there)
    is allowed; total zero with respondents gives them weight zero.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940), doi:10.1214/aoms/1177731829.

    Checked against R ``survey::rake(design, margins, population)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Margin, rake
    >>> sex = Margin(
    ...     variable="sex",
    ...     categories=("m", "f"),
    ...     codes=np.array([0, 0, 1]),
    ...     totals=np.array([50.0, 50.0]),
    ... )
    >>> age = Margin(
    ...     variable="age",
    ...     categories=("y", "o"),
    ...     codes=np.array([0, 1, 1]),
    ...     totals=np.array([30.0, 70.0]),
    ... )
    >>> found = rake(base_weights=np.ones(3), margins=[sex, age])
    >>> found.weights.round(2)
    array([30., 20., 50.])
    >>> found.converged
    True
    """
    check_base_weights(base_weights)
    if not margins:
        raise ShapeError("no_margin")
    cells = margin_cells(margins, base_weights.size)
    weight, equal, totals = _to_meet(cells, base_weights, margins)
    g, n_iter, error = _fit(weight, cells, totals, tolerance, max_iterations)
    return Calibration(
        base_weights=base_weights,
        cell=cells.of,
        cell_g=g,
        cell_base=weight,
        equal_base=equal,
        auxiliary=Auxiliary(
            codes=cells.codes, sizes=cells.sizes, values=np.zeros((cells.n_cells, 0))
        ),
        converged=error <= tolerance,
        n_iter=n_iter,
        max_margin_error=error,
        notices=calibration_notices(
            cells, margins, weight * g, n_iter=n_iter, error=error, tolerance=tolerance, base=weight
        ),
    )


def rake_once(*, cells: Cells, base_weights: FloatArray, margins: Sequence[Margin]) -> FloatArray:
    """Return the weights after one round over the margins, for whoever goes on in rounds.

    Parameters
    ----------
    cells : Cells
        The rows reduced to ``margins``, by ``margin_cells``.
    base_weights : ndarray of float64, shape (n,)
    margins : sequence of Margin

    Returns
    -------
    ndarray of float64, shape (n,)
        They meet the last margin; what they miss of the others nobody is told.
    """
    weight, equal, totals = _to_meet(cells, base_weights, margins)
    g, _n_iter, _error = _fit(weight, cells, totals, tolerance=0.0, max_iterations=1)
    return (g * equal)[cells.of] if equal is not None else g[cells.of] * base_weights


def _to_meet(
    cells: Cells, base_weights: FloatArray, margins: Sequence[Margin]
) -> tuple[FloatArray, float | None, list[FloatArray]]:
    """Return base weights per cell, the one of all rows if equal, and totals of one size."""
    weight, equal = cell_base_weights(cells, base_weights)
    # An empty category often makes totals disagree too, and is what must be put right.
    for margin, code in zip(margins, cells.codes, strict=True):
        check_categories(margin, total_by(code, weight, len(margin.categories)))
    size = agreed_size(margins)
    return weight, equal, [margin.totals * (size / margin.totals.sum()) for margin in margins]


def poststratify(*, base_weights: FloatArray, margin: Margin) -> Calibration:
    """Scale weights within the categories of one variable to its totals.

    Parameters
    ----------
    base_weights : ndarray of float64, shape (n,)
    margin : Margin

    Returns
    -------
    Calibration
        Met in one iteration: g = total / sum of base weights.

    Notes
    -----
    Checked against R ``survey::postStratify(design, strata, population)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Margin, poststratify
    >>> sex = Margin(
    ...     variable="sex",
    ...     categories=("m", "f"),
    ...     codes=np.array([0, 0, 1]),
    ...     totals=np.array([50.0, 50.0]),
    ... )
    >>> poststratify(base_weights=np.ones(3), margin=sex).weights
    array([25., 25., 50.])
    """
    return rake(base_weights=base_weights, margins=(margin,))


def margin_cells(margins: Sequence[Margin], n: int) -> Cells:
    """Reduce n rows to the cells of ``margins``; refuse codes that do not fit, by name."""
    try:
        check_lengths(margins, n)
        return reduce_to_cells([m.codes for m in margins], [len(m.categories) for m in margins])
    except CodeRangeError:
        check_codes(margins)
        raise


def cell_base_weights(cells: Cells, base_weights: FloatArray) -> tuple[FloatArray, float | None]:
    """Sum base weights per cell, and tell the weight if all are equal: no pass to sum then."""
    equal = equal_weight(base_weights)
    return (cells.total(base_weights) if equal is None else cells.counts * equal), equal


def _fit(
    weight: FloatArray,
    cells: Cells,
    totals: Sequence[FloatArray],
    tolerance: float,
    max_iterations: int,
) -> tuple[FloatArray, int, float]:
    g = np.ones_like(weight)
    known = [
        (code, total, np.where(total > 0, total, total.sum()))
        for code, total in zip(cells.codes, totals, strict=True)
    ]
    error = np.inf
    n_iter = 0
    mark, marked = b"", 0
    while n_iter < max_iterations:
        error = 0.0
        for code, total, scale in known:
            current = total_by(code, weight * g, total.size)
            # Read before this margin is corrected: one round proves the round before it.
            error = max(error, _relative_error(current, total, scale))
            g *= (total / np.maximum(current, TINY))[code]
        if error <= tolerance:
            break
        n_iter += 1
        if (now := g.tobytes()) == mark:
            # Contradicting totals are gone round for good: whole turns change nothing.
            n_iter += (max_iterations - n_iter) // (turn := n_iter - marked) * turn
        elif n_iter >= 2 * marked:
            mark, marked = now, n_iter
    if error > tolerance or len(totals) == 1:
        error = max(
            _relative_error(total_by(code, weight * g, total.size), total, scale)
            for code, total, scale in known
        )
    return g, n_iter, error


def _relative_error(current: FloatArray, total: FloatArray, scale: FloatArray) -> float:
    return float((np.abs(current - total) / scale).max())


def calibration_notices(
    cells: Cells,
    margins: Sequence[Margin],
    weight: FloatArray,
    *,
    n_iter: int,
    error: float,
    tolerance: float,
    base: FloatArray,
) -> tuple[Notice, ...]:
    """Collect what a reader of weights (summed per cell in ``weight``) should know."""
    notices = []
    if error > tolerance:
        notices.append(Notice("not_converged", rounds=n_iter, error=error))
        notices += contradicting(cells, margins, base)
    largest = weight / cells.counts
    ratio = float(largest.max() * cells.n_rows / weight.sum())
    if ratio > NEAR_EMPTY_RATIO:
        heaviest = int(largest.argmax())
        where = tuple(
            (margin.variable, margin.categories[code[heaviest]])
            for margin, code in zip(margins, cells.codes, strict=True)
        )
        notices.append(Notice("near_empty_category", ratio=ratio, where=where))
    zero = tuple(
        (margin.variable, margin.categories[k])
        for margin, code in zip(margins, cells.codes, strict=True)
        if not margin.totals.all()
        for k in np.intersect1d(np.flatnonzero(margin.totals == 0), code)
    )
    if zero:
        notices.append(Notice("zero_total", categories=zero))
    return tuple(notices)


def contradicting(cells: Cells, margins: Sequence[Margin], base: FloatArray) -> tuple[Notice, ...]:
    """Name the categories whose totals contradict; none where no two margins do."""
    if not margins:
        return ()
    size = float(margins[0].totals.sum())
    totals = [margin.totals * (size / margin.totals.sum()) for margin in margins]
    found = contradiction([code[base > 0] for code in cells.codes], totals)
    if found is None:
        return ()
    one, other = margins[found.variable], margins[found.other_variable]
    categories = tuple(one.categories[code] for code in found.categories)
    other_categories = tuple(other.categories[code] for code in found.other_categories)
    if found.same_people:
        return (
            Notice(
                "totals_contradict", variable=one.variable, categories=categories,
                total=found.total, other_variable=other.variable,
                other_categories=other_categories, other_total=found.other_total,
            ),
        )  # fmt: skip
    return (
        Notice(
            "totals_out_of_reach", variable=one.variable, categories=categories,
            total=found.total, other_variable=other.variable,
            other_categories=other_categories, other_total=found.other_total,
        ),
    )  # fmt: skip
