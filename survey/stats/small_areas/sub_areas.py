"""Direct estimates of groups of units, and what they say at given variances between them.

y_ug = x_ug'beta + u_u + v_ug + e_ug: a unit's own effect, shared by its groups, and one of each of
its groups, both beside sampling errors of known variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Variances between units, and between the groups of one unit; zero or more."""

    unit: float
    group: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAreas:
    """Direct estimates of m units in g groups; some of them may be missing.

    Attributes
    ----------
    direct : ndarray of float64, shape (m, g)
        Zero where missing.
    variance : ndarray of float64, shape (m, g)
        Sampling variances; zero where missing.
    x : ndarray of float64, shape (m, g, p)
        Covariates; zero where missing.
    there : ndarray of bool, shape (m, g)
    apart : ndarray of float64, shape (m, g)
        What one group of a unit varies besides, known: of those that stand apart from the others.
    unknown : ndarray of float64, shape (m,)
        What all groups of a unit vary besides, known: of those whose covariates are not.
    """

    direct: FloatArray
    variance: FloatArray
    x: FloatArray
    there: BoolArray
    apart: FloatArray
    unknown: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAreaFit:
    """Generalised least squares at given components.

    Attributes
    ----------
    inverse : ndarray of float64, shape (m, g, g)
        Of each unit's covariance; zero in rows and columns of what is missing.
    log_determinant : float
        Of the covariance of all.
    weighted_x : ndarray of float64, shape (m, g, p)
        ``inverse`` times x.
    beta : ndarray of float64, shape (p,)
    beta_covariance : ndarray of float64, shape (p, p)
    residual, weighted_residual : ndarray of float64, shape (m, g)
        The second is ``inverse`` times the first.
    """

    inverse: FloatArray
    log_determinant: float
    weighted_x: FloatArray
    beta: FloatArray
    beta_covariance: FloatArray
    residual: FloatArray
    weighted_residual: FloatArray


def fit_sub_areas(given: SubAreas, components: Components) -> SubAreaFit:
    """Fit the regression with the components given; units are independent of each other.

    Notes
    -----
    A unit's covariance is diagonal but for its own effect, so its inverse is diag(w) - k ww' with
    w the inverse diagonal and k = unit / (1 + unit * sum w) (Sherman and Morrison).
    """
    unit = components.unit + given.unknown
    diagonal = components.group + given.apart + given.variance
    w = np.where(given.there, 1.0 / np.where(given.there, diagonal, 1.0), 0.0)
    grown = 1.0 + unit * w.sum(axis=1)
    inverse = -(unit / grown)[:, None, None] * w[:, :, None] * w[:, None, :]
    inverse[:, np.arange(w.shape[1]), np.arange(w.shape[1])] += w
    weighted_x = inverse @ given.x
    information = np.einsum("ugp,ugq->pq", given.x, weighted_x)
    covariance = np.asarray(np.linalg.inv(information), dtype=np.float64)
    beta = covariance @ np.einsum("ugp,ug->p", weighted_x, given.direct)
    residual = given.direct - given.x @ beta
    return SubAreaFit(
        inverse=inverse,
        log_determinant=float(np.log(grown).sum() + np.log(diagonal[given.there]).sum()),
        weighted_x=weighted_x,
        beta=beta,
        beta_covariance=covariance,
        residual=residual,
        weighted_residual=np.einsum("ugh,uh->ug", inverse, residual),
    )


def deletion_residuals(fit: SubAreaFit) -> tuple[FloatArray, FloatArray]:
    """Return by how much each estimate is off what all others say of it, and the variance of that.

    Both of shape (m, g), of no meaning where nothing was measured.
    """
    own = np.einsum("ugg->ug", fit.inverse)
    own = own - np.einsum("ugp,pq,ugq->ug", fit.weighted_x, fit.beta_covariance, fit.weighted_x)
    own = np.where(own > 0, own, 1.0)
    return fit.weighted_residual / own, 1.0 / own
