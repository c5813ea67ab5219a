"""An open sample beside a probability sample: propensity of taking part, and corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError
from survey.stats.estimation.design import Design
from survey.stats.scipy_calls import expit
from survey.stats.weighting.calibration import Calibration

Equations = Literal["likelihood", "calibrated"]
MAX_ITERATIONS = 100
STEP_TOLERANCE = 1e-12


class SelectionError(StatsError):
    """Samples from which taking part cannot be modelled."""

    code: ClassVar[str] = "selection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """An open sample A and a reference sample B that share predictors.

    Attributes
    ----------
    x_open : ndarray of float64, shape (n_a, p)
    x_reference : ndarray of float64, shape (n_b, p)
        With their constant column.
    reference_weights : ndarray of float64, shape (n_b,)
    design : Design
        Of the reference sample, drawn independently of the open one.
    calibration : Calibration or None
        That made the reference weights, but for a common factor: what it knows of the predictors
        has no error.
    """

    x_open: FloatArray
    x_reference: FloatArray
    reference_weights: FloatArray
    design: Design
    calibration: Calibration | None = None

    def reference_variance(self, influence: FloatArray) -> float:
        """Variance of the sum of ``influence`` (n_b,) of the weighted reference rows."""
        if self.calibration is not None:
            # One factor for all rows leaves the residuals of a regression as they are.
            z = influence / self.reference_weights
            influence = self.calibration.residuals(z[:, None])[:, 0] * self.reference_weights
        return float(self.design.covariance(influence[:, None])[0, 0])

    def __post_init__(self) -> None:
        p = self.x_open.shape[1]
        n = self.reference_weights.size
        if self.x_reference.shape != (n, p) or self.design.n_rows != n:
            raise SelectionError("other_predictors")
        if not (np.isfinite(self.x_open).all() and np.isfinite(self.x_reference).all()):
            raise SelectionError("missing_predictor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Chances of taking part in the open sample.

    Attributes
    ----------
    coefficients : ndarray of float64, shape (p,)
    open, reference : ndarray of float64, shapes (n_a,) and (n_b,)
        Chance of taking part of each row, in (0, 1).
    """

    coefficients: FloatArray
    open: FloatArray
    reference: FloatArray

    @property
    def weights(self) -> FloatArray:
        """Return 1 / chance for the open sample."""
        return 1 / self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A mean corrected for selection on the predictors."""

    value: float
    se: float


def participation(*, samples: Samples, equations: Equations = "likelihood") -> Participation:
    """Fit a logistic chance of taking part in the open sample.

    Parameters
    ----------
    samples : Samples
    equations : {"likelihood", "calibrated"}
        Solve sum_A x = sum_B d p x (pseudo-likelihood), or sum_A x / p = sum_B d x, whose
        weights meet the reference totals.

    Returns
    -------
    Participation

    Raises
    ------
    SelectionError
        No solution: the samples hardly overlap on the predictors.

    References
    ----------
    Chen, Y., Li, P. and Wu, C. (2020), doi:10.1080/01621459.2019.1677241.

    Checked against R ``nonprobsvy::nonprob(selection = ~x, method_selection = "logit")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, Samples, participation
    >>> old_open, old = np.array([0.0, 0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    >>> samples = Samples(
    ...     x_open=np.column_stack([np.ones(4), old_open]),
    ...     x_reference=np.column_stack([np.ones(4), old]),
    ...     reference_weights=np.full(4, 10.0),
    ...     design=Design.build(n=4),
    ... )
    >>> participation(samples=samples).weights.round(3)
    array([ 6.667,  6.667,  6.667, 20.   ])
    """
    x_a, x_b, d = samples.x_open, samples.x_reference, samples.reference_weights
    theta = np.zeros(x_a.shape[1])
    # Everybody equally likely is where the search starts; the first column is the constant.
    share = min(x_a.shape[0] / float(d.sum()), 0.5)
    theta[0] = np.log(share / (1 - share))
    for _ in range(MAX_ITERATIONS):
        p_a, p_b = expit(x_a @ theta), expit(x_b @ theta)
        if equations == "likelihood":
            gap = x_a.sum(axis=0) - x_b.T @ (d * p_b)
            slope = x_b.T @ (x_b * (d * p_b * (1 - p_b))[:, None])
        else:
            gap = x_a.T @ (1 / p_a) - x_b.T @ d
            slope = x_a.T @ (x_a * ((1 - p_a) / p_a)[:, None])
        if not np.isfinite(slope).all() or np.linalg.cond(slope) > 1 / np.finfo(float).eps:
            break
        step = np.linalg.solve(slope, gap)
        theta = theta + step
        if np.max(np.abs(step)) <= STEP_TOLERANCE * (1 + np.max(np.abs(theta))):
            return Participation(
                coefficients=theta, open=expit(x_a @ theta), reference=expit(x_b @ theta)
            )
    raise SelectionError("not_estimated")


def open_variance(
    samples: Samples,
    chances: Participation,
    deviation: FloatArray,
    size: float,
    extra: FloatArray,
) -> float:
    """Variance of the inverse-weighted mean of ``deviation``, summing to ``size``.

    ``extra`` (n_b,) adds to the reference sample's part; empty where nothing does.
    """
    x_a, x_b, d = samples.x_open, samples.x_reference, samples.reference_weights
    p_a, p_b = chances.open, chances.reference
    slope = x_b.T @ (x_b * (d * p_b * (1 - p_b))[:, None])
    b = np.linalg.solve(slope, x_a.T @ ((1 / p_a - 1) * deviation))
    own = float((1 - p_a) @ (deviation / p_a - x_a @ b) ** 2) / size**2
    part = p_b * (x_b @ b) / size
    return own + samples.reference_variance(d * (part + extra if extra.size else part))


def regression(x: FloatArray, y: FloatArray) -> FloatArray:
    """Return the coefficients of a linear model; SelectionError where they are not unique."""
    b, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    if rank < b.size:
        raise SelectionError("collinear")
    return np.asarray(b)
