"""Means of an open sample beside a reference sample, as R has them: what ours are checked by."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.nonprobability.selection import (
    Corrected,
    Participation,
    Samples,
    open_variance,
    regression,
)


def inverse_weighted(*, samples: Samples, chances: Participation, y: FloatArray) -> Corrected:
    """Mean of ``y`` (n_a,) of the open sample by inverse chances that sum to their own size.

    The chances are those of the pseudo-likelihood, on which the error rests.

    Checked against the formulas of Chen, Li and Wu in R, ``tests/golden`` d22.
    """
    w = chances.weights
    size = float(w.sum())
    mean = float(w @ y) / size
    variance = open_variance(samples, chances, y - mean, size, np.zeros(0))
    return Corrected(value=mean, se=float(np.sqrt(variance)))


def doubly_robust(*, samples: Samples, chances: Participation, y: FloatArray) -> Corrected:
    """Mean of ``y`` (n_a,), right when either the chances or a linear model of y are.

    Checked against the formulas of Chen, Li and Wu in R, ``tests/golden`` d22.
    """
    w, d = chances.weights, samples.reference_weights
    size, reference_size = float(w.sum()), float(d.sum())
    b = regression(samples.x_open, y)
    residual = y - samples.x_open @ b
    predicted = samples.x_reference @ b
    shift = float(w @ residual) / size
    model = float(d @ predicted) / reference_size
    extra = (predicted - model) / reference_size
    variance = open_variance(samples, chances, residual - shift, size, extra)
    return Corrected(value=shift + model, se=float(np.sqrt(variance)))


def mass_imputation(*, samples: Samples, y: FloatArray) -> Corrected:
    """Mean over the reference sample of a linear model of ``y`` fitted in the open sample.

    Checked against R ``nonprobsvy::nonprob(outcome = y ~ x, method_outcome = "glm")``.
    """
    x_a, x_b, d = samples.x_open, samples.x_reference, samples.reference_weights
    size = float(d.sum())
    b = regression(samples.x_open, y)
    predicted = x_b @ b
    mean = float(d @ predicted) / size
    leverage = x_a @ np.linalg.solve(x_a.T @ x_a, x_b.T @ d / size)
    model = float(((y - x_a @ b) * leverage) ** 2 @ np.ones(y.size))
    design = samples.design.covariance((d * (predicted - mean) / size)[:, None])[0, 0]
    return Corrected(value=mean, se=float(np.sqrt(model + design)))
