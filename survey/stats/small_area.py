"""Small areas: the Fay-Herriot model and the mean squared error of its predictions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from survey.stats.errors import StatsError
from survey.stats.notices import Notice

Method = Literal["reml", "ml", "fh"]
RELATIVE_PRECISION = 1e-14


class SmallAreaError(StatsError):
    """Areas, variances or predictors from which the model cannot be fitted."""

    code: ClassVar[str] = "small_area"


@dataclass(frozen=True, slots=True, kw_only=True)
class FayHerriot:
    """A fitted Fay-Herriot model.

    Attributes
    ----------
    value : ndarray of float64, shape (m,)
        Empirical best linear unbiased prediction of each area.
    mse : ndarray of float64, shape (m,)
        Its estimated mean squared error.
    shrinkage : ndarray of float64, shape (m,)
        Weight of the synthetic x'beta in the prediction, in [0, 1].
    coefficients : ndarray of float64, shape (p,)
    area_variance : float
        Between-area variance, zero or more.
    notices : tuple of Notice
    """

    value: NDArray[np.float64]
    mse: NDArray[np.float64]
    shrinkage: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    area_variance: float
    notices: tuple[Notice, ...]

    def summary(self) -> str:
        """One line for people, and the notices."""
        head = (
            f"Fay-Herriot, {self.value.size} areas: between-area variance "
            f"{self.area_variance:.4g}, mean shrinkage {self.shrinkage.mean():.2f}"
        )
        return "\n".join([head, *(notice.message for notice in self.notices)])

    def to_columns(self) -> dict[str, NDArray[np.float64]]:
        """Columns of one value per area."""
        return {"value": self.value, "mse": self.mse, "shrinkage": self.shrinkage}


def fay_herriot(
    *,
    direct: NDArray[np.float64],
    variance: NDArray[np.float64],
    x: NDArray[np.float64],
    method: Method = "reml",
) -> FayHerriot:
    """Predict area means from direct estimates and predictors.

    Parameters
    ----------
    direct : ndarray of float64, shape (m,)
        Direct estimates.
    variance : ndarray of float64, shape (m,)
        Their variances, taken as known: positive. Smooth those of few answers first.
    x : ndarray of float64, shape (m, p)
        Predictors with their constant column, of full rank, p < m.
    method : {"reml", "ml", "fh"}
        How the between-area variance is estimated.

    Returns
    -------
    FayHerriot

    Raises
    ------
    SmallAreaError

    Notes
    -----
    direct = x'b + u + e, u ~ N(0, s2), e ~ N(0, variance). The estimating equation is solved to
    rounding; sae stops at a relative change of 1e-4. MSE = g1 + g2 + 2 g3 - b B^2 with the bias
    b and variance of the estimator of s2. An s2 of zero is a notice.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979), doi:10.1080/01621459.1979.10482505.
    Prasad, N. G. N. and Rao, J. N. K. (1990), doi:10.1080/01621459.1990.10475320.

    Checked against R ``sae::mseFH(direct ~ x, variance, method)``.
    """
    _check(direct, variance, x)
    s2 = _solve(lambda s: _score(s, direct, variance, x, method), direct)
    weight = 1 / (s2 + variance)
    information = np.asarray(np.linalg.inv(x.T @ (x * weight[:, None])), dtype=np.float64)
    b = information @ (x.T @ (weight * direct))
    shrinkage = variance * weight
    fitted = x @ b
    flat = Notice(
        code="no_area_variance",
        message="the between-area variance is estimated as zero: every area is predicted by "
        "its predictors alone",
    )
    return FayHerriot(
        value=(1 - shrinkage) * direct + shrinkage * fitted,
        mse=_mse(variance, x, weight, information, shrinkage, method=method),
        shrinkage=shrinkage,
        coefficients=b,
        area_variance=s2,
        notices=(flat,) if s2 == 0 else (),
    )


def _check(
    direct: NDArray[np.float64], variance: NDArray[np.float64], x: NDArray[np.float64]
) -> None:
    m = direct.size
    if variance.shape != (m,) or x.ndim != 2 or x.shape[0] != m:
        raise SmallAreaError(f"{m} areas, variances {variance.shape}, predictors {x.shape}")
    if not (np.isfinite(direct).all() and np.isfinite(variance).all() and np.isfinite(x).all()):
        raise SmallAreaError("a direct estimate, variance or predictor is missing")
    if (variance <= 0).any():
        raise SmallAreaError(
            f"the variance of area {int(np.flatnonzero(variance <= 0)[0])} is not positive",
            hint="smooth the variances first",
        )
    if x.shape[1] >= m or np.linalg.matrix_rank(x) < x.shape[1]:
        raise SmallAreaError(
            f"{x.shape[1]} predictors for {m} areas, or collinear ones", hint="leave some out"
        )


def _score(
    s2: float,
    y: NDArray[np.float64],
    variance: NDArray[np.float64],
    x: NDArray[np.float64],
    method: Method,
) -> float:
    """Estimating equation of s2, falling through zero at the estimate."""
    w = 1 / (s2 + variance)
    xw = x * w[:, None]
    information = np.linalg.inv(x.T @ xw)
    residual = y - x @ (information @ (xw.T @ y))
    if method == "fh":
        free: int = y.size - x.shape[1]
        return float(residual**2 @ w) - free
    trace = float(w.sum())
    if method == "reml":
        trace -= float(np.trace(information @ (xw.T @ xw)))
    return float(residual**2 @ w**2) - trace


def _solve(score: Callable[[float], float], y: NDArray[np.float64]) -> float:
    if score(0.0) <= 0:
        return 0.0
    upper = max(float(np.var(y)), 1e-300)
    while score(upper) > 0:
        upper *= 2
    return float(brentq(score, 0.0, upper, xtol=1e-300, rtol=RELATIVE_PRECISION))


def _mse(
    variance: NDArray[np.float64],
    x: NDArray[np.float64],
    weight: NDArray[np.float64],
    information: NDArray[np.float64],
    shrinkage: NDArray[np.float64],
    *,
    method: Method,
) -> NDArray[np.float64]:
    m = variance.size
    first, second = float(weight.sum()), float((weight**2).sum())
    spread, bias = 2 / second, 0.0
    if method == "ml":
        bias = -float(np.trace(information @ (x.T @ (x * weight[:, None] ** 2)))) / second
    if method == "fh":
        spread = 2 * m / first**2
        bias = 2 * (m * second - first**2) / first**3
    g1 = (1 - shrinkage) * variance
    g2 = shrinkage**2 * np.einsum("ij,jk,ik->i", x, information, x)
    g3 = variance**2 * weight**3 * spread
    return np.asarray(g1 + g2 + 2 * g3 - bias * shrinkage**2)
