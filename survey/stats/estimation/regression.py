"""Linear and logistic regression with sandwich errors of the sampling design."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from scipy.special import expit

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError
from survey.stats.estimation.weight_set import WeightSet

Family = Literal["linear", "logistic"]
CONDITION = 1e-12


class RegressionError(StatsError):
    """A model that cannot be fitted to the data."""

    code: ClassVar[str] = "regression"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A fitted regression.

    Attributes
    ----------
    coefficients, se : ndarray of float64, shape (p,)
    covariance : ndarray of float64, shape (p, p)
        Sandwich: design variance of the influence of each row.
    df : int
        Degrees of freedom of the design + 1 - p.
    fitted : ndarray of float64, shape (n,)
        Predicted values, or probabilities; for rows with a missing answer too, as long as
        their predictors are there.
    converged : bool
    n_iter : int
    """

    coefficients: FloatArray
    se: FloatArray
    covariance: FloatArray
    df: int
    fitted: FloatArray
    converged: bool
    n_iter: int

    def summary(self) -> str:
        """One line per coefficient."""
        lines = [f"{b:.6g} (se {se:.4g})" for b, se in zip(self.coefficients, self.se, strict=True)]
        return "\n".join([*lines, f"{self.df} degrees of freedom"])

    def to_columns(self) -> dict[str, FloatArray]:
        """Columns of one value per coefficient."""
        return {"coefficient": self.coefficients, "se": self.se}


def regress(
    *,
    weights: WeightSet,
    y: FloatArray,
    x: FloatArray,
    family: Family = "linear",
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
    tolerance : float
        Largest Newton step, relative to the coefficients, accepted as converged.
    max_iterations : int

    Returns
    -------
    Regression

    Raises
    ------
    RegressionError
        Collinear predictors, too few answers, separation, or a missing predictor.

    Notes
    -----
    Checked against R ``survey::svyglm(y ~ x, design, family = gaussian | quasibinomial)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, regress
    >>> weights = WeightSet(
    ...     base_weights=np.array([1.0, 1.0, 2.0, 2.0]), design=Design.build(n=4)
    ... )
    >>> x = np.column_stack([np.ones(4), [0.0, 1.0, 2.0, 3.0]])
    >>> found = regress(weights=weights, y=np.array([1.0, 3.0, 4.0, 8.0]), x=x)
    >>> found.coefficients.round(3), found.se.round(3)
    (array([0.463, 2.293]), array([0.562, 0.316]))
    """
    rows, w = _checked(weights, y, x, family)
    answers, predictors = y[rows], x[rows]
    b, hessian, n_iter, converged = _fit(
        answers, predictors, w[rows], family, tolerance=tolerance, limit=max_iterations
    )
    fitted = _mean(x @ b, family)
    influence = np.zeros_like(x)
    influence[rows] = np.linalg.solve(hessian, (predictors * (answers - fitted[rows])[:, None]).T).T
    covariance = weights.covariance(influence)
    return Regression(
        coefficients=b,
        se=np.sqrt(np.maximum(np.diagonal(covariance), 0.0)),
        covariance=covariance,
        df=weights.degrees_of_freedom + 1 - b.size,
        fitted=fitted,
        converged=converged,
        n_iter=n_iter,
    )


def _checked(
    weights: WeightSet, y: FloatArray, x: FloatArray, family: Family
) -> tuple[BoolArray, FloatArray]:
    w = weights.weights
    if y.shape != w.shape or x.ndim != 2 or x.shape[0] != w.size:
        raise RegressionError(f"y {y.shape} and x {x.shape} do not fit {w.size} rows")
    if not np.isfinite(x).all():
        raise RegressionError("a predictor is missing or infinite", hint="drop or impute it")
    rows = ~np.isnan(y)
    if family == "logistic" and ((y[rows] < 0) | (y[rows] > 1)).any():
        raise RegressionError("a logistic regression is of values between 0 and 1")
    if (w < 0).any():
        raise RegressionError(
            "a weight is negative, so the likelihood has no maximum",
            hint="calibrate with bounds or by raking",
        )
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
    for n_iter in range(1, limit + 1):
        mean = _mean(x @ b, family)
        slope = w * mean * (1 - mean) if family == "logistic" else w
        hessian = x.T @ (x * slope[:, None])
        _refuse_singular(hessian, separated=family == "logistic" and n_iter > 1)
        step = np.linalg.solve(hessian, x.T @ (w * (y - mean)))
        b = b + step
        if np.max(np.abs(step)) <= tolerance * (1 + np.max(np.abs(b))):
            return b, hessian, n_iter, True
    return b, hessian, limit, False


def _refuse_singular(hessian: FloatArray, *, separated: bool) -> None:
    length = np.sqrt(np.maximum(np.diagonal(hessian), 0.0))
    if (length > 0).all():
        values = np.linalg.eigvalsh(hessian / np.outer(length, length))
        if values[0] > CONDITION * values[-1]:
            return
    if separated:
        raise RegressionError(
            "the predictors separate the answers, so the coefficients are infinite",
            hint="merge categories in which all answers are the same",
        )
    raise RegressionError("the predictors are collinear", hint="leave out one of them")


def _mean(linear: FloatArray, family: Family) -> FloatArray:
    return np.asarray(expit(linear)) if family == "logistic" else linear
