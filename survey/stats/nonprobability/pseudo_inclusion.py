"""Open answers weighted as if they had been drawn: Elliott and Valliant's pseudo-weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.nonprobability.selection import Samples, SelectionError
from survey.stats.scipy_calls import expit

_MAX_ITERATIONS = 100
_TOLERANCE = 1e-12
_RIDGE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudoWeights:
    """Pseudo-weights, and how they hang on the two samples.

    Attributes
    ----------
    weights : ndarray of float64, shape (n_a,)
    of_open, of_reference : ndarray of float64, shapes (p, n_a) and (p, n_b)
        By how much one more such row moves c, the log of a pseudo-weight being x'c.
    """

    weights: FloatArray
    of_open: FloatArray
    of_reference: FloatArray


def pseudo_weights(*, samples: Samples) -> FloatArray:
    """Return pseudo-weights of the open sample.

    Parameters
    ----------
    samples : Samples
        The open sample and the reference sample, with the same predictors.

    Returns
    -------
    ndarray of float64, shape (n_a,)
        1 / (chance in the reference sample given x, times the odds of being in the open rather
        than in the reference sample given x), positive.

    Raises
    ------
    SelectionError
        The samples do not overlap on the predictors.

    Notes
    -----
    The odds come from a logistic fit of membership in the two samples put together. The chance
    in the reference sample is 1 / w with log w predicted linearly from x in the reference
    sample, exact where its weights are equal. Assumes selection on x alone and that nobody is in
    both samples. For the means, ``weights @ y / weights.sum()``; their error takes both samples
    into account (``corrected_scores.by_pseudo_weights``).

    References
    ----------
    Elliott, M. R. and Valliant, R. (2017), Statistical Science 32, 249-264. doi:10.1214/16-STS598

    Checked against R ``glm(member ~ x, family = binomial)`` and
    ``lm(log(w) ~ x)`` on ``tests/golden`` d22.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, Samples, pseudo_weights
    >>> old_open, old = np.array([0.0, 0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])
    >>> samples = Samples(
    ...     x_open=np.column_stack([np.ones(4), old_open]),
    ...     x_reference=np.column_stack([np.ones(4), old]),
    ...     reference_weights=np.full(4, 10.0),
    ...     design=Design.build(n=4),
    ... )
    >>> pseudo_weights(samples=samples).round(3)
    array([ 6.667,  6.667,  6.667, 20.   ])
    """
    return fit_pseudo_weights(samples).weights


def fit_pseudo_weights(samples: Samples) -> PseudoWeights:
    """Fit the pseudo-weights, and by how much the log of each moves with each row."""
    x_a, x_b, log_w = samples.x_open, samples.x_reference, np.log(samples.reference_weights)
    x = np.vstack([x_a, x_b])
    member = np.repeat([1.0, 0.0], [x_a.shape[0], x_b.shape[0]])
    beta, information = _logistic(x, member)
    gamma, *_ = np.linalg.lstsq(x_b, log_w, rcond=None)
    in_open = np.linalg.solve(information, (x_a * (1 - expit(x_a @ beta))[:, None]).T)
    of_odds = np.linalg.solve(information, (x_b * expit(x_b @ beta)[:, None]).T)
    of_chance = np.linalg.pinv(x_b) * (log_w - x_b @ gamma)
    return PseudoWeights(
        weights=np.exp(x_a @ (gamma - beta)), of_open=-in_open, of_reference=of_odds + of_chance
    )


def _logistic(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return coefficients and their information."""
    beta = np.zeros(x.shape[1])
    for _ in range(_MAX_ITERATIONS):
        p = expit(x @ beta)
        slope = x.T @ (x * (p * (1 - p))[:, None])
        if np.linalg.cond(slope) > 1 / _RIDGE:
            break
        step = np.linalg.solve(slope, x.T @ (y - p))
        beta = beta + step
        if np.max(np.abs(step)) <= _TOLERANCE * (1 + np.max(np.abs(beta))):
            return beta, slope
    raise SelectionError("no_overlap")
