"""Open answers weighted as if they had been drawn: Elliott and Valliant's pseudo-weights."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from survey.stats.arrays import FloatArray
from survey.stats.nonprobability.selection import Samples, SelectionError

_MAX_ITERATIONS = 100
_TOLERANCE = 1e-12
_RIDGE = 1e-10


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
    both samples. For the means, ``weights @ y / weights.sum()``; their error is best found by
    replication over both samples.

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
    x = np.vstack([samples.x_open, samples.x_reference])
    member = np.repeat([1.0, 0.0], [samples.x_open.shape[0], samples.x_reference.shape[0]])
    odds = np.exp(samples.x_open @ _logistic(x, member))
    log_weight, *_ = np.linalg.lstsq(
        samples.x_reference, np.log(samples.reference_weights), rcond=None
    )
    return np.asarray(np.exp(samples.x_open @ log_weight) / odds)


def _logistic(x: FloatArray, y: FloatArray) -> FloatArray:
    beta = np.zeros(x.shape[1])
    for _ in range(_MAX_ITERATIONS):
        p = expit(x @ beta)
        slope = x.T @ (x * (p * (1 - p))[:, None])
        if np.linalg.cond(slope) > 1 / _RIDGE:
            break
        step = np.linalg.solve(slope, x.T @ (y - p))
        beta = beta + step
        if np.max(np.abs(step)) <= _TOLERANCE * (1 + np.max(np.abs(beta))):
            return beta
    raise SelectionError(
        "the two samples hardly overlap on the predictors", hint="use fewer predictors"
    )
