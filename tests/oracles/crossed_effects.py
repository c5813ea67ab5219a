"""Units and raters crossed: y = unit + rater + error, raters random or fixed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from survey.stats.arrays import FloatArray, IndexArray

_WIDEST = 12.0  # log of the ratio of variances, either way
_PRECISION = 1e-11


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Ratings reduced to what the fits need.

    Attributes
    ----------
    table : csr_matrix, shape (r, u)
        Ratings of each rater about each unit.
    n_rater, n_unit, sum_rater, sum_unit : ndarray of float64
        Ratings of each rater and unit, and the sums of their scores.
    squares : float
        Sum of squared scores.
    component : ndarray of intp, shape (u,)
        Units that raters connect; only these can be compared within raters.
    """

    table: csr_matrix
    n_rater: FloatArray
    n_unit: FloatArray
    sum_rater: FloatArray
    sum_unit: FloatArray
    squares: float
    component: IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterFit:
    """Unit means net of raters.

    Attributes
    ----------
    units : ndarray of float64, shape (u,)
    covariance : ndarray of float64, shape (u, u)
    raters : ndarray of float64, shape (r,)
        Leniency of each rater, predicted or estimated.
    rater_variance : float
        nan where raters are fixed.
    error_variance : float
    """

    units: FloatArray
    covariance: FloatArray
    raters: FloatArray
    rater_variance: float
    error_variance: float


def cross(*, rater: IndexArray, unit: IndexArray, score: FloatArray) -> Crossed:
    """Reduce ratings; codes from 0, every rater and unit with at least one rating."""
    shape = int(rater.max()) + 1, int(unit.max()) + 1
    table = csr_matrix((np.ones(score.size), (rater, unit)), shape=shape)
    links = csr_matrix((np.ones(score.size), (rater, shape[0] + unit)), shape=(sum(shape),) * 2)
    _, component = connected_components(links, directed=False)
    _, component = np.unique(component[shape[0] :], return_inverse=True)
    return Crossed(
        table=table,
        n_rater=np.bincount(rater).astype(np.float64),
        n_unit=np.bincount(unit).astype(np.float64),
        sum_rater=np.asarray(np.bincount(rater, score), dtype=np.float64),
        sum_unit=np.asarray(np.bincount(unit, score), dtype=np.float64),
        squares=float(score @ score),
        component=component.astype(np.intp),
    )


def fit_random(crossed: Crossed) -> RaterFit:
    """Fit raters as random effects, variances by REML.

    Notes
    -----
    With l = rater variance / error variance, the information on the units is
    diag(n_u) - M' diag(l / (1 + n_i l)) M over the error variance, M rater by unit; the REML
    criterion is profiled over everything but l.

    References
    ----------
    Bates, D. et al. (2015), J. Statistical Software 67(1). doi:10.18637/jss.v067.i01

    Checked against R ``lme4::lmer(score ~ 0 + unit + (1 | rater), REML = TRUE)``.
    """
    found = minimize_scalar(
        lambda log_ratio: _random_at(crossed, float(np.exp(log_ratio)))[0],
        bounds=(-_WIDEST, _WIDEST),
        method="bounded",
        options={"xatol": _PRECISION},
    )
    ratio = float(np.exp(found.x))
    # A maximum at the edge is a maximum at no leniency at all.
    if _random_at(crossed, 0.0)[0] <= found.fun:
        ratio = 0.0
    _, units, information, error = _random_at(crossed, ratio)
    raters = ratio / (1 + crossed.n_rater * ratio)
    raters = raters * (crossed.sum_rater - crossed.table @ units)
    return RaterFit(
        units=units,
        covariance=np.asarray(error * np.linalg.inv(information), dtype=np.float64),
        raters=raters,
        rater_variance=ratio * error,
        error_variance=error,
    )


def _random_at(crossed: Crossed, ratio: float) -> tuple[float, FloatArray, FloatArray, float]:
    """Return the REML criterion, the units, their information and the error variance."""
    pull = ratio / (1 + crossed.n_rater * ratio)
    information = np.diag(crossed.n_unit) - _within_raters(crossed, pull)
    right = crossed.sum_unit - crossed.table.T @ (pull * crossed.sum_rater)
    units = np.linalg.solve(information, right)
    df = crossed.n_rater.sum() - units.size
    rest = crossed.squares - pull @ crossed.sum_rater**2 - right @ units
    error = max(float(rest / df), 1e-12)
    criterion = df * np.log(error) + np.log1p(crossed.n_rater * ratio).sum()
    return float(criterion + np.linalg.slogdet(information)[1]), units, information, error


def fit_within(crossed: Crossed) -> RaterFit:
    """Fit raters as fixed effects: only differences inside a rater count.

    Notes
    -----
    (diag(n_u) - M' diag(1 / n_i) M) m = sum (y - mean of the rater), solved by the pseudo-inverse:
    the units of each connected component average 0, and differences between components are not
    identified.

    Checked against R ``lm(score ~ 0 + unit + factor(rater))``.
    """
    pull = 1 / crossed.n_rater
    information = np.diag(crossed.n_unit) - _within_raters(crossed, pull)
    inverse = np.linalg.pinv(information, rcond=1e-10, hermitian=True)
    units = inverse @ (crossed.sum_unit - crossed.table.T @ (pull * crossed.sum_rater))
    units = units - _component_mean(crossed, units)
    raters = pull * (crossed.sum_rater - crossed.table @ units)
    n_components = int(crossed.component.max()) + 1
    df = crossed.n_rater.sum() - crossed.n_rater.size - units.size + n_components
    rest = crossed.squares - units @ crossed.sum_unit - raters @ crossed.sum_rater
    error = float(rest / df) if df > 0 else float("nan")
    return RaterFit(
        units=units,
        covariance=np.asarray(error * inverse, dtype=np.float64),
        raters=raters,
        rater_variance=float("nan"),
        error_variance=error,
    )


def _within_raters(crossed: Crossed, pull: FloatArray) -> FloatArray:
    scaled = crossed.table.multiply(pull[:, None]).tocsr()
    return np.asarray((crossed.table.T @ scaled).toarray(), dtype=np.float64)


def _component_mean(crossed: Crossed, units: FloatArray) -> FloatArray:
    mean = np.bincount(crossed.component, units) / np.bincount(crossed.component)
    return np.asarray(mean[crossed.component])
