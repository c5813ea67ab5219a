"""Linear and logistic regression with sandwich errors of the sampling design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError
from survey.stats.estimation.intervals import t_interval
from survey.stats.estimation.separation import separation
from survey.stats.estimation.significance import Significance, wald_test
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.notices import Notice
from survey.stats.scipy_calls import expit, stdtr

Family = Literal["linear", "logistic"]
CONDITION = 1e-12
EXTREME = 1e-4
_NONE = 1e-16  # a chance that means nothing but none


class RegressionError(StatsError):
    """A model that cannot be fitted to the data."""

    code: ClassVar[str] = "regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A fitted regression.

    Attributes
    ----------
    names : tuple of str, length p
        Of the predictors.
    coefficients, se : ndarray of float64, shape (p,)
    t, p_value : ndarray of float64, shape (p,)
        coefficient / se, and the chance of one as far from zero under Student's t with ``df``
        degrees of freedom; NaN where the error is zero.
    lower, upper : ndarray of float64, shape (p,)
        Limits by the same t.
    level : float
        Of the limits.
    covariance : ndarray of float64, shape (p, p)
        Sandwich: design variance of the influence of each row.
    df : int
        Degrees of freedom of the design + 1 - p; where that is none, t is taken with one.
    fitted : ndarray of float64, shape (n,)
        Predicted values, or probabilities; for rows with a missing answer too, as long as
        their predictors are there.
    converged : bool
    n_iter : int
    notices : tuple of Notice
    """

    names: tuple[str, ...]
    coefficients: FloatArray
    se: FloatArray
    t: FloatArray
    p_value: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    covariance: FloatArray
    df: int
    fitted: FloatArray
    converged: bool
    n_iter: int
    notices: tuple[Notice, ...]

    def with_covariance(self, covariance: FloatArray, *, df: int, level: float) -> Regression:
        """Return the same coefficients with errors, tests and limits by this covariance."""
        b = self.coefficients
        se = np.sqrt(np.maximum(np.diagonal(covariance), 0.0))
        freedom = np.full(b.size, float(max(df, 1)))
        t = np.divide(b, se, out=np.full(b.size, np.nan), where=se > 0)
        lower, upper = t_interval(value=b, se=se, df=freedom, level=level)
        return replace(
            self, covariance=covariance, se=se, t=t, p_value=2 * stdtr(freedom, -np.abs(t)),
            lower=lower, upper=upper, level=level, df=df,
            notices=() if df > 0 else (Notice("model_without_freedom", df=df),),
        )  # fmt: skip

    def test(self, names: Sequence[str]) -> Significance:
        """Test whether the coefficients of these predictors are all zero (Wald)."""
        unknown = [name for name in names if name not in self.names]
        if unknown or not names:
            raise RegressionError("unknown_names", names=tuple(unknown), known=self.names)
        place = [self.names.index(name) for name in names]
        covariance = self.covariance[np.ix_(place, place)]
        return wald_test(value=self.coefficients[place], covariance=covariance, df=self.df)

    def summary(self) -> str:
        """Return a table of one line per coefficient, and whether the fit converged."""
        heading = ("", "coefficient", "se", "t", "p", "lower", "upper")
        p = ["<1e-16" if value < _NONE else f"{value:.4g}" for value in self.p_value]
        first, last = (self.coefficients, self.se, self.t), (self.lower, self.upper)
        shown = [[f"{value:.5g}" for value in figures] for figures in first + last]
        rows = [heading, *zip(self.names, *shown[:3], p, *shown[3:], strict=True)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])])
            for row in rows
        ]
        state = "converged" if self.converged else "did NOT converge"
        foot = f"{state} after {self.n_iter} iterations; {self.df} degrees of freedom"
        return "\n".join([*lines, foot, *map(str, self.notices)])

    def to_columns(self) -> dict[str, FloatArray | NDArray[np.str_]]:
        """Columns of one value per coefficient."""
        return {
            "name": np.array(self.names),
            "coefficient": self.coefficients,
            "se": self.se,
            "t": self.t,
            "p_value": self.p_value,
            "lower": self.lower,
            "upper": self.upper,
        }


def regress(
    *,
    weights: WeightSet,
    y: FloatArray,
    x: FloatArray,
    family: Family = "linear",
    names: Sequence[str] = (),
    level: float = 0.95,
    tolerance: float = 1e-12,
    max_iterations: int = 100,
) -> Regression:
    """Fit ``y`` on the columns of ``x`` by weighted (pseudo-)maximum likelihood.

    Parameters
    ----------
    weights : WeightSet
    y : ndarray of float64, shape (n,)
        NaN where missing; zeros and ones (or shares between) for logistic.
    x : ndarray of float64, shape (n, p)
        Predictors with their constant column; no NaN.
    family : {"linear", "logistic"}
    names : sequence of str, length p
        Of the predictors, for results and messages; ``x0``, ``x1``, ... if not given.
    level : float
        Of the limits, in (0, 1).
    tolerance : float
        Largest Newton step, relative to the coefficients, accepted as converged.
    max_iterations : int

    Returns
    -------
    Regression

    Raises
    ------
    RegressionError
        Collinear predictors, too few answers, a missing predictor; and answers that predictors
        separate, wholly (``separated``) or in part (``quasi_separated``), ``columns`` naming
        them: :func:`survey.stats.estimation.separation.separation`.

    Notes
    -----
    A separated likelihood has no maximum, and Newton's steps stop somewhere with large
    coefficients and small errors. So wherever a fit has chances within 1e-4 of 0 or 1, or does
    not converge, a linear programme decides.

    Checked against R ``survey::svyglm(y ~ x, design, family = gaussian | quasibinomial)``, its
    ``summary`` and ``confint``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, regress
    >>> weights = WeightSet(
    ...     base_weights=np.array([1.0, 1.0, 2.0, 2.0]), design=Design.build(n=4)
    ... )
    >>> x = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    >>> y = np.array([1.0, 3.0, 4.0, 8.0])
    >>> found = regress(weights=weights, y=y, x=x, names=("constant", "visits"))
    >>> found.coefficients.round(3), found.se.round(3)
    (array([0.463, 2.293]), array([0.562, 0.316]))
    >>> print(found.summary())
              coefficient       se        t        p    lower   upper
    constant      0.46341  0.56155  0.82524    0.496  -1.9528  2.8796
    visits         2.2927  0.31579   7.2602  0.01845  0.93395  3.6514
    converged after 2 iterations; 2 degrees of freedom
    """
    names = _named(names, x)
    rows, w = _checked(weights, y, x, family)
    answers, predictors = y[rows], x[rows]
    b, hessian, n_iter, converged = _fit(
        answers, predictors, w[rows], family, tolerance=tolerance, limit=max_iterations
    )
    fitted = _mean(x @ b, family)
    if family == "logistic":
        inside = w[rows] > 0
        extreme = np.abs(fitted[rows][inside] - 0.5).max() > 0.5 - EXTREME
        if extreme or not converged:
            _refuse_separated(answers[inside], predictors[inside], names)
    influence = np.zeros_like(x)
    influence[rows] = np.linalg.solve(hessian, (predictors * (answers - fitted[rows])[:, None]).T).T
    covariance = weights.covariance(influence)
    found = Regression(
        names=names, coefficients=b, se=b, t=b, p_value=b, lower=b, upper=b, level=level,
        covariance=covariance, df=0, fitted=fitted, converged=converged, n_iter=n_iter, notices=(),
    )  # fmt: skip
    return found.with_covariance(
        covariance, df=weights.degrees_of_freedom + 1 - b.size, level=level
    )


def _named(names: Sequence[str], x: FloatArray) -> tuple[str, ...]:
    if not names:
        return tuple(f"x{j}" for j in range(x.shape[-1]))
    if x.ndim != 2 or len(names) != x.shape[1]:
        raise RegressionError("names", names=len(names), columns=x.shape[-1])
    return tuple(names)


def _checked(
    weights: WeightSet, y: FloatArray, x: FloatArray, family: Family
) -> tuple[BoolArray, FloatArray]:
    w = weights.weights
    if y.shape != w.shape or x.ndim != 2 or x.shape[0] != w.size:
        raise RegressionError("shapes", y=y.shape, x=x.shape, rows=w.size)
    if not np.isfinite(x).all():
        raise RegressionError("missing_predictor")
    rows = ~np.isnan(y)
    if family == "logistic" and ((y[rows] < 0) | (y[rows] > 1)).any():
        raise RegressionError("outside_zero_to_one")
    if (w < 0).any():
        raise RegressionError("negative_weight")
    return rows, w


def _fit(
    y: FloatArray,
    x: FloatArray,
    w: FloatArray,
    family: Family,
    *,
    tolerance: float,
    limit: int,
) -> tuple[FloatArray, FloatArray, int, bool]:
    """Newton's steps; a linear model is done after one and proves it with a second."""
    b = np.zeros(x.shape[1])
    hessian = _hessian(x, w, np.full(y.size, 0.5), family)
    if not _regular(hessian):
        raise RegressionError("collinear")
    for n_iter in range(1, limit + 1):
        mean = _mean(x @ b, family)
        hessian = _hessian(x, w, mean, family)
        if not _regular(hessian):
            # All chances are 0 or 1: separated, and if not, a maximum out of reach.
            return b, _hessian(x, w, np.full(y.size, 0.5), family), n_iter, False
        step = np.linalg.solve(hessian, x.T @ (w * (y - mean)))
        b = b + step
        if np.max(np.abs(step)) <= tolerance * (1 + np.max(np.abs(b))):
            return b, hessian, n_iter, True
    return b, hessian, limit, False


def _hessian(x: FloatArray, w: FloatArray, mean: FloatArray, family: Family) -> FloatArray:
    slope = w * mean * (1 - mean) if family == "logistic" else w
    return np.asarray(x.T @ (x * slope[:, None]))


def _regular(hessian: FloatArray) -> bool:
    length = np.sqrt(np.maximum(np.diagonal(hessian), 0.0))
    if not (length > 0).all():
        return False
    values = np.linalg.eigvalsh(hessian / np.outer(length, length))
    return bool(values[0] > CONDITION * values[-1])


def _refuse_separated(y: FloatArray, x: FloatArray, names: tuple[str, ...]) -> None:
    found = separation(y=y, x=x)
    if found is None:
        return
    columns = tuple(names[j] for j in found.columns)
    if found.complete:
        raise RegressionError("separated", columns=columns)
    raise RegressionError("quasi_separated", columns=columns, rows=int(found.rows.sum()))


def _mean(linear: FloatArray, family: Family) -> FloatArray:
    return np.asarray(expit(linear)) if family == "logistic" else linear
