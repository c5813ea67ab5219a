"""The variance between areas that the Fay-Herriot model needs, by five methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.scipy_calls import brentq

METHODS = ("reml", "ml", "fh", "li_lahiri", "yoshimori_lahiri")
_GRID = 48  # points on which a change of sign is looked for
_FINEST = 1e-6  # smallest positive grid point, as a share of the largest


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Generalised least squares at one value of the area variance.

    Attributes
    ----------
    weight : ndarray of float64, shape (m,)
        1 / (area variance + sampling variance).
    beta : ndarray of float64, shape (p,)
    beta_covariance : ndarray of float64, shape (p, p)
    residual : ndarray of float64, shape (m,)
    leverage : ndarray of float64, shape (m,)
        Variance of x'beta.
    """

    weight: FloatArray
    beta: FloatArray
    beta_covariance: FloatArray
    residual: FloatArray
    leverage: FloatArray


def fit_at(
    area_variance: float,
    *,
    direct: FloatArray,
    variance: FloatArray,
    x: FloatArray,
) -> Fit:
    """Fit the regression with the area variance given."""
    weight = 1.0 / (area_variance + variance)
    weighted = x * weight[:, None]
    covariance = np.asarray(np.linalg.inv(x.T @ weighted), dtype=np.float64)
    beta = covariance @ (weighted.T @ direct)
    return Fit(
        weight=weight,
        beta=beta,
        beta_covariance=covariance,
        residual=direct - x @ beta,
        leverage=np.einsum("ij,jk,ik->i", x, covariance, x),
    )


def find_area_variance(
    *,
    direct: FloatArray,
    variance: FloatArray,
    x: FloatArray,
    method: str,
) -> float:
    """Estimate the area variance; 0 where the method finds no positive value.

    Parameters
    ----------
    direct, variance : ndarray of float64, shape (m,)
    x : ndarray of float64, shape (m, p)
    method : {"reml", "ml", "fh", "li_lahiri", "yoshimori_lahiri"}

    Notes
    -----
    All solve an equation in A. REML and ML: the score of the (restricted) likelihood; FH: sum of
    r^2 / (A + v) = m - p. The adjusted methods multiply the restricted likelihood by A (Li and
    Lahiri) or by arctan(sum A / (A + v))^(1/m) (Yoshimori and Lahiri), so 0 is never the
    maximum. Of several roots the one with the largest likelihood is taken.
    """

    def score(area_variance: float) -> float:
        return _score(
            area_variance,
            fit_at(area_variance, direct=direct, variance=variance, x=x),
            variance=variance,
            method=method,
        )

    def likelihood(area_variance: float) -> float:
        fit = fit_at(area_variance, direct=direct, variance=variance, x=x)
        return _log_likelihood(area_variance, fit, method=method)

    largest = 10 * (float(np.var(direct)) + float(variance.max()))
    grid = largest * np.geomspace(_FINEST, 1.0, _GRID)
    if method not in ("li_lahiri", "yoshimori_lahiri"):
        grid = np.append(0.0, grid)
    roots = _falling_roots(score, grid)
    if grid[0] == 0.0 and score(0.0) <= 0:
        roots.append(0.0)
    return max(roots, key=likelihood, default=0.0)


def _falling_roots(score: Callable[[float], float], grid: FloatArray) -> list[float]:
    values = np.array([score(float(point)) for point in grid])
    changes = np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))
    return [
        float(brentq(score, grid[place], grid[place + 1], xtol=1e-13, rtol=1e-14))
        for place in changes
    ]


def _score(area_variance: float, fit: Fit, *, variance: FloatArray, method: str) -> float:
    w = fit.weight
    squares = w * fit.residual**2
    if method == "fh":
        return float(squares.sum() - (w.size - fit.beta.size))
    fall = 0.5 * float((w * squares - w).sum())
    if method == "ml":
        return fall
    # tr(P) is smaller than tr(V^-1) by what estimating beta costs.
    fall += 0.5 * float((w**2 * fit.leverage).sum())
    if method == "li_lahiri":
        return fall + 1.0 / area_variance
    if method == "yoshimori_lahiri":
        total = float((area_variance * w).sum())
        slope = float((variance * w**2).sum()) / (1.0 + total**2)
        return fall + slope / (float(np.arctan(total)) * w.size)
    return fall


def _log_likelihood(area_variance: float, fit: Fit, *, method: str) -> float:
    w = fit.weight
    value = 0.5 * float((np.log(w) - w * fit.residual**2).sum())
    if method in ("ml", "fh"):
        return value
    value += 0.5 * float(np.linalg.slogdet(fit.beta_covariance)[1])
    if method == "li_lahiri":
        return value + float(np.log(area_variance))
    if method == "yoshimori_lahiri":
        return value + float(np.log(np.arctan((area_variance * w).sum()))) / w.size
    return value
