"""Scores of units with few answers: each borrows from units like it, and says how much.

The Fay-Herriot model for area means y with known sampling variances s2:
y = theta + e, theta = x'beta + u, Var(u) = v the same for all areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.errors import StatsError
from survey.stats.notices import Notice
from survey.stats.small_areas.area_variance import METHODS, Fit, find_area_variance, fit_at

SHRINK_AT = 20.0  # answers at which a unit's own answer variance counts half


class SmallAreaError(StatsError):
    """Input from which no area model can be fitted."""

    code: ClassVar[str] = "small_area"


@dataclass(frozen=True, slots=True, kw_only=True)
class FayHerriot:
    """Estimates of all areas and their error.

    Attributes
    ----------
    value : ndarray of float64, shape (m,)
        (1 - B) direct + B x'beta.
    mse, se : ndarray of float64, shape (m,)
        Estimated mean squared error and its root.
    shrinkage : ndarray of float64, shape (m,)
        B in [0, 1]: how much of the estimate comes from the other areas.
    coefficients : ndarray of float64, shape (p,)
    area_variance : float
        v, zero or more.
    notices : tuple of Notice
        ``no_area_variance``: v came out as 0 and every estimate is the regression alone.
    """

    value: FloatArray
    mse: FloatArray
    se: FloatArray
    shrinkage: FloatArray
    coefficients: FloatArray
    area_variance: float
    notices: tuple[Notice, ...]

    def summary(self) -> str:
        """Return one line for people, and the notices."""
        head = (
            f"Fay-Herriot, {self.value.size} areas: between-area variance "
            f"{self.area_variance:.4g}, mean shrinkage {self.shrinkage.mean():.2f}"
        )
        return "\n".join([head, *map(str, self.notices)])

    def to_columns(self) -> dict[str, FloatArray]:
        """Return columns of one value per area."""
        return {"value": self.value, "mse": self.mse, "shrinkage": self.shrinkage}


def fay_herriot(
    *,
    direct: FloatArray,
    variance: FloatArray,
    x: FloatArray,
    method: str = "reml",
) -> FayHerriot:
    """Fit the Fay-Herriot model.

    Parameters
    ----------
    direct : ndarray of float64, shape (m,)
        Direct estimates.
    variance : ndarray of float64, shape (m,)
        Their sampling variances, positive, taken as known: smooth them first.
    x : ndarray of float64, shape (m, p)
        Covariates with a column of ones; m > p.
    method : {"reml", "ml", "fh", "li_lahiri", "yoshimori_lahiri"}
        How v is estimated. The adjusted methods never give 0.

    Raises
    ------
    SmallAreaError
        For shapes that do not fit, variances not positive, collinear x, too few areas.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979), JASA 74, 269-277. doi:10.1080/01621459.1979.10482505
    Prasad, N. G. N. and Rao, J. N. K. (1990), JASA 85, 163-171.
    Datta, G. S. and Lahiri, P. (2000), Statistica Sinica 10, 613-627.
    Li, H. and Lahiri, P. (2010), J. Multivariate Anal. 101, 882-892.
    doi:10.1016/j.jmva.2009.10.009
    Yoshimori, M. and Lahiri, P. (2014), J. Multivariate Anal. 124, 281-294.
    doi:10.1016/j.jmva.2013.10.012

    Checked against R ``sae::mseFH(y ~ x, v, method = "REML" | "ML" | "FH")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import fay_herriot
    >>> direct = np.array([60.0, 66.0, 71.0, 78.0, 84.0, 90.0])
    >>> found = fay_herriot(
    ...     direct=direct,
    ...     variance=np.array([1.0, 1.0, 1.0, 30.0, 1.0, 1.0]),
    ...     x=np.ones((6, 1)),
    ... )
    >>> found.value.round(1)
    array([60.1, 66.1, 71. , 77.4, 83.9, 89.9])
    >>> found.shrinkage.round(2)
    array([0.01, 0.01, 0.01, 0.19, 0.01, 0.01])
    """
    _check(direct, variance, x, method)
    area_variance = find_area_variance(direct=direct, variance=variance, x=x, method=method)
    return fay_herriot_given(area_variance, direct=direct, variance=variance, x=x, method=method)


def fay_herriot_given(
    area_variance: float,
    *,
    direct: FloatArray,
    variance: FloatArray,
    x: FloatArray,
    method: str,
) -> FayHerriot:
    """Return the estimates and their error with the area variance given.

    Parameters
    ----------
    area_variance : float
    direct, variance, x, method
        As for ``fay_herriot``; the method decides the terms of the error.

    Notes
    -----
    mse = g1 + g2 + 2 g3 - b B^2 with g1 = (1 - B) s2, here (1 - B) being v / (s2 + v);
    g2 = B^2 Var(x'beta); g3 = s2^2 / (s2 + v)^3 Var(v); b the bias of v. For Li and Lahiri's v,
    b = 2 / (v sum (s2 + v)^-2) grows beyond all bounds as v falls: the error is then taken
    without that term, as it is wherever the term would leave nothing: the safe side.
    """
    fit = fit_at(area_variance, direct=direct, variance=variance, x=x)
    shrinkage = variance * fit.weight
    precision = float((fit.weight**2).sum())
    spread, bias = _error_of_variance(fit, precision, method)
    mse = (1 - shrinkage) * variance + shrinkage**2 * fit.leverage
    mse = mse + 2 * variance**2 * fit.weight**3 * spread
    correction = bias * shrinkage**2
    mse = np.where(mse > correction, mse - correction, mse)
    notices: tuple[Notice, ...] = ()
    if area_variance == 0:
        notices = (Notice("no_area_variance"),)
    return FayHerriot(
        value=direct - shrinkage * fit.residual,
        mse=mse,
        se=np.sqrt(mse),
        shrinkage=shrinkage,
        coefficients=fit.beta,
        area_variance=area_variance,
        notices=notices,
    )


def _error_of_variance(fit: Fit, precision: float, method: str) -> tuple[float, float]:
    """Return variance and bias of the estimated area variance."""
    m = fit.weight.size
    total = float(fit.weight.sum())
    if method == "fh":
        return 2 * m / total**2, 2 * (m * precision - total**2) / total**3
    if method == "ml":
        return 2 / precision, -float((fit.weight**2 * fit.leverage).sum()) / precision
    return 2 / precision, 0.0


def smooth_variances(
    *, variance: FloatArray, effective_n: FloatArray, least: float = 0.0
) -> FloatArray:
    """Draw the sampling variances of small units towards what all units have in common.

    Parameters
    ----------
    variance : ndarray of float64, shape (m,)
        Direct variance estimates, 0 or more; nan where a unit has too few answers for one.
    effective_n : ndarray of float64, shape (m,)
        Effective numbers of answers, positive.
    least : float, optional
        Least pooled answer variance; default 0.

    Returns
    -------
    ndarray of float64, shape (m,)
        S^2 / effective_n, S^2 being the unit's own answer variance with weight n / (n + 20) and
        the pooled one with the rest.

    Raises
    ------
    SmallAreaError
        If no unit has a variance above 0, or an effective n is not positive.

    Notes
    -----
    A variance of 0 is one of answers that were all alike, and counts as such: so a unit's error
    grows with every answer that differs, and one in which nobody does has the least.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import smooth_variances
    >>> smooth_variances(
    ...     variance=np.array([4.0, 9.0, np.nan]), effective_n=np.array([100.0, 40.0, 5.0])
    ... ).round(2)
    array([ 3.98,  9.24, 77.71])
    """
    known = np.isfinite(variance)
    if variance.shape != effective_n.shape or not (effective_n > 0).all():
        raise SmallAreaError("effective_n")
    if not (variance[known] > 0).any():
        raise SmallAreaError("no_variance")
    own = np.where(known, variance, 0.0) * effective_n
    pooled = max(float(own[known] @ effective_n[known] / effective_n[known].sum()), least)
    trust = np.where(known, effective_n / (effective_n + SHRINK_AT), 0.0)
    return np.asarray((trust * own + (1 - trust) * pooled) / effective_n)


def smoothed_freedom(n: IndexArray) -> FloatArray:
    """Degrees of freedom of variances so drawn, of n answers each, shape (m,).

    A unit's own are n - 1; those of all others add to them, but no more than ``SHRINK_AT``.
    """
    own = np.maximum(n - 1, 0).astype(np.float64)
    return np.asarray(own + np.minimum(own.sum() - own, SHRINK_AT))


def _check(
    direct: FloatArray,
    variance: FloatArray,
    x: FloatArray,
    method: str,
) -> None:
    if method not in METHODS:
        raise SmallAreaError("unknown_method", method=method, known=tuple(METHODS))
    m = direct.size
    if variance.shape != (m,) or x.ndim != 2 or x.shape[0] != m:
        raise SmallAreaError("shapes", areas=m, variances=variance.shape, predictors=x.shape)
    if not (np.isfinite(direct).all() and np.isfinite(variance).all() and np.isfinite(x).all()):
        raise SmallAreaError("missing")
    if (variance <= 0).any():
        raise SmallAreaError("variance", area=int(np.flatnonzero(variance <= 0)[0]))
    if x.shape[1] >= m or np.linalg.matrix_rank(x) < x.shape[1]:
        raise SmallAreaError("predictors", predictors=x.shape[1], areas=m)
