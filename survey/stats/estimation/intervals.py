"""Confidence intervals: Student's t, and logit and Korn-Graubard for proportions."""

from typing import Literal

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.scipy_calls import betaincinv, expit, logit, stdtrit

ProportionInterval = Literal["logit", "beta", "wald"]
Bounds = tuple[FloatArray, FloatArray]


def t_interval(
    *,
    value: FloatArray,
    se: FloatArray,
    df: FloatArray,
    level: float = 0.95,
) -> Bounds:
    """Lower and upper limits value -+ t(df) se, arrays of one shape.

    Without a degree of freedom (df < 1) the t quantile of one is used: wide, and finite.

    Checked against R ``survey::confint(svymean(...), df = degf(design))``.
    """
    half = t_quantile(df, level) * se
    return value - half, value + half


def t_quantile(df: FloatArray, level: float) -> FloatArray:
    """Two-sided quantile of Student's t."""
    return np.asarray(stdtrit(np.maximum(df, 1.0), 0.5 + level / 2))


def proportion_interval(
    *,
    value: FloatArray,
    se: FloatArray,
    df: FloatArray,
    n: FloatArray,
    effective_n: FloatArray,
    method: ProportionInterval = "logit",
    level: float = 0.95,
) -> Bounds:
    """Lower and upper limits of proportions, arrays of one shape.

    Parameters
    ----------
    value : ndarray of float64
        Proportions in [0, 1].
    se, df : ndarray of float64
        Standard error and the degrees of freedom of the sample the proportion is of.
    n, effective_n : ndarray of float64
        Rows of the sample the proportion is of (beta alone uses it), and Kish's effective
        number of answers.
    method : {"logit", "beta", "wald"}
        Wald on the logit scale; Korn and Graubard's beta with the effective n of the
        variance; Wald.
    level : float

    Returns
    -------
    lower, upper : ndarray of float64

    Notes
    -----
    At 0 and 1, or without a variance, logit and beta are undefined; there the limits are
    Clopper and Pearson's with ``effective_n``.

    References
    ----------
    Korn, E. L. and Graubard, B. I. (1998), Survey Methodology 24(2), 193-201.

    Checked against R ``survey::svyciprop(~y, design, method = "logit" | "beta" | "mean")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import proportion_interval
    >>> one = np.ones(1)
    >>> low, high = proportion_interval(
    ...     value=0.9 * one, se=0.1 * one, df=9 * one, n=10 * one, effective_n=10 * one
    ... )
    >>> low.round(3), high.round(3)
    (array([0.422]), array([0.991]))
    """
    t = t_quantile(df, level)
    if method == "wald":
        return value - t * se, value + t * se
    open_ = (value > 0) & (value < 1) & (se > 0)
    p = np.where(open_, value, 0.5)
    spread = p * (1 - p)
    error = np.where(open_, se, 1.0)
    if method == "logit":
        half = t * error / spread
        inner = expit(logit(p) - half), expit(logit(p) + half)
    else:
        inner = beta_limits(p, _design_n(spread, error, n, t, level), level)
    exact = beta_limits(np.clip(value, 0, 1), effective_n, level)
    return np.where(open_, inner[0], exact[0]), np.where(open_, inner[1], exact[1])


def _design_n(
    spread: FloatArray,
    se: FloatArray,
    n: FloatArray,
    t: FloatArray,
    level: float,
) -> FloatArray:
    ratio = t_quantile(n - 1, level) / t
    return np.asarray(spread / se**2 * ratio**2)


def beta_limits(p: FloatArray, n: FloatArray, level: float) -> Bounds:
    """Clopper and Pearson's limits of proportions ``p`` among ``n``, not always whole."""
    tail = (1 - level) / 2
    hits, misses = n * p, n * (1 - p)
    some = hits > 0
    lower = np.where(some, betaincinv(np.where(some, hits, 1.0), misses + 1, tail), 0.0)
    some = misses > 0
    upper = np.where(some, betaincinv(hits + 1, np.where(some, misses, 1.0), 1 - tail), 1.0)
    return lower, upper
