"""Which units surely lie above a line, and which below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.ranking.rank_sets import check_scores, draw_errors
from survey.stats.scipy_calls import ndtr, ndtri, stdtr

Dependence = Literal["positive", "any"]

_MOST_NUMBERS, _FEWEST = 2_000_000, 2_000  # fewer draws where there are hundreds of units
_GRAIN = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """On which side of the line each unit surely lies.

    Attributes
    ----------
    side : ndarray of int8, shape (p,)
        1 surely above (at the line or above it), -1 surely below, 0 not told. Of all units named
        the expected share that lies on the other side is at most the error rate, of those of one
        side by themselves at most half of it.
    strict : ndarray of bool, shape (p,)
        Named units among which, of both lists, not even one lies on the other side, with the
        confidence of one less the error rate.
    q_value : ndarray of float64, shape (p,)
        Smallest error rate at which the unit would be named, on the side its estimate is on.
    """

    side: NDArray[np.int8]
    strict: BoolArray
    q_value: FloatArray


def decide(
    *,
    estimate: FloatArray,
    covariance: FloatArray,
    line: float | FloatArray,
    rng: np.random.Generator,
    freedom: FloatArray | None = None,
    error_rate: float = 0.05,
    dependence: Dependence = "positive",
    draws: int = 20000,
) -> Decisions:
    """Name the units that surely lie above a line and those that surely lie below it.

    Parameters
    ----------
    estimate : ndarray of float64, shape (p,)
        Scores, or differences between campaigns (then the line is 0).
    covariance : ndarray of float64, shape (p, p)
        Of the estimates. A diagonal one claims nothing: the strict lists hold however the
        estimates depend on each other.
    line : float or ndarray of float64, shape (p,)
        Known, one for all or one for each.
    rng : numpy.random.Generator
        Source of the draws; untouched where the covariance is diagonal.
    freedom : ndarray of float64, shape (p,), optional
        Degrees of freedom of the variances; known variances without it.
    error_rate : float
        In (0, 1).
    dependence : {"positive", "any"}
        How the errors within one list may depend on each other: as errors do that have
        something in common, or in any way whatever (the lists are then much shorter).
    draws : int
        From N(0, covariance); no more than 2,000,000 numbers, but 2,000 draws: these hold a rate
        of 5 % within half a percent.

    Returns
    -------
    Decisions

    Raises
    ------
    RankingError
        If the shapes do not fit, or a variance is negative or not finite.

    Notes
    -----
    For each unit there are two claims, and exactly one of them is false: at the line or above,
    and below it. *Lists*: Benjamini and Hochberg's step-up procedure on the one-sided p-values of
    each of the two families by itself, at half the rate: a short list cannot hide its errors behind
    a long one, the rates of both add up, and no unit is named on whose own interval (of confidence
    one less the rate) the line lies. The rate holds where errors within a family are positively
    dependent (Benjamini and Yekutieli); with ``dependence="any"`` it is divided by 1 + 1/2 + ... +
    1/p. *Strict*:
    step-down over both families together (Romano and Wolf) with the quantile of the largest
    statistic among the claims not made yet, by the joint covariance; never more than Bonferroni's
    1 - rate / p, which suffices because one claim in two is true, whatever the dependence. An
    estimate with standard error zero is told whenever it is not on the line.

    References
    ----------
    Williams, V. S. L., Jones, L. V. and Tukey, J. W. (1999), Controlling error in multiple
    comparisons, with examples from state-to-state differences in educational achievement, Journal
    of Educational and Behavioral Statistics 24, 42-69, doi:10.3102/10769986024001042.
    Benjamini, Y. and Yekutieli, D. (2001), Annals of Statistics 29, 1165-1188,
    doi:10.1214/aos/1013699998.
    Romano, J. P. and Wolf, M. (2005), JASA 100, 94-108, doi:10.1198/016214504000000539.

    Checked against R ``p.adjust(p, "BH")`` and ``p.adjust(p, "BY")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import decide
    >>> found = decide(
    ...     estimate=np.array([86.0, 83.4, 83.3, 80.5, 75.0]),
    ...     covariance=2.25 * np.eye(5),
    ...     line=80.0,
    ...     rng=np.random.default_rng(1),
    ... )
    >>> found.side.tolist(), found.strict.tolist()
    ([1, 1, 1, 0, -1], [True, False, False, False, True])
    """
    check_scores(estimate, covariance)
    z = _statistic(estimate - line, np.sqrt(np.diag(covariance)), freedom)
    above, below = (adjusted(ndtr(-way * z), dependence=dependence) for way in (1, -1))
    q_value = np.minimum(2 * np.where(z >= 0, above, below), 1.0)
    side = np.where(q_value <= error_rate, np.sign(z), 0).astype(np.int8)
    critical = _critical(z, covariance, rng, error_rate, draws)
    return Decisions(side=side, strict=(side != 0) & (np.abs(z) > critical), q_value=q_value)


def about_mean(covariance: FloatArray) -> FloatArray:
    """Return the covariance of scores less their mean, shape (p, p)."""
    means = covariance.mean(axis=0)
    return np.asarray(covariance - means - means[:, None] + means.mean())


def adjusted(p_value: FloatArray, *, dependence: Dependence = "positive") -> FloatArray:
    """Return for each p-value of a family the smallest false-discovery rate that rejects it.

    R ``p.adjust(p, "BH")``; ``"BY"`` for any dependence.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.ranking.decisions import adjusted
    >>> adjusted(np.array([0.01, 0.02, 0.03, 0.5])).round(3)
    array([0.04, 0.04, 0.04, 0.5 ])
    """
    p = p_value.size
    order = np.argsort(p_value, kind="stable")
    place = np.arange(1, p + 1)
    factor = p * (1 / place).sum() if dependence == "any" else p
    out = np.empty(p)
    out[order] = np.minimum.accumulate((p_value[order] * factor / place)[::-1])[::-1]
    return np.minimum(out, 1.0)


def _statistic(difference: FloatArray, se: FloatArray, freedom: FloatArray | None) -> FloatArray:
    """Return differences over their errors as standard normal deviates, Student's made normal."""
    t = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    np.divide(difference, se, out=t, where=se > 0)
    if freedom is None:
        return np.asarray(t)
    return np.asarray(-np.sign(t) * ndtri(stdtr(freedom, -np.abs(t))))


def _critical(
    z: FloatArray,
    covariance: FloatArray,
    rng: np.random.Generator,
    error_rate: float,
    draws: int,
) -> float:
    """Return what a statistic must exceed, so that not even one claim is false."""
    bonferroni = float(-ndtri(error_rate / max(z.size, 1)))
    known = np.flatnonzero(np.diag(covariance) > 0)
    shared = covariance[np.ix_(known, known)]
    if not (shared - np.diag(np.diag(shared))).any():
        return bonferroni
    fewer = min(draws, max(_FEWEST, _MOST_NUMBERS // known.size))
    normal = _drawn(shared, rng, fewer) / np.sqrt(np.diag(shared))
    return _stepped(normal, z[known], error_rate, most=bonferroni)


def _drawn(covariance: FloatArray, rng: np.random.Generator, draws: int) -> FloatArray:
    """Return draws of N(0, covariance), shape (draws, p); for thousands of units in seconds."""
    p = covariance.shape[0]
    try:  # a covariance of differences from a mean has no root without a grain on its diagonal
        root = np.linalg.cholesky(covariance + _GRAIN * np.diag(covariance).max() * np.eye(p))
    except np.linalg.LinAlgError:
        return draw_errors(covariance, rng, draws)
    return np.asarray(rng.standard_normal((draws, p)) @ root.T)


def _stepped(normal: FloatArray, z: FloatArray, error_rate: float, *, most: float) -> float:
    """Return the last critical value, each step leaving out the claims made in the one before."""
    claimed = np.zeros(z.size, dtype=np.bool_)
    largest = np.abs(normal).max(axis=1)
    while True:
        critical = min(most, float(np.quantile(largest, 1 - error_rate)))
        found = np.abs(z) > critical
        if (found == claimed).all():
            return critical
        claimed = found
        # Of a unit once placed only the opposite claim is still open.
        largest = np.maximum(
            np.abs(normal[:, ~claimed]).max(axis=1, initial=0.0),
            (-np.sign(z[claimed]) * normal[:, claimed]).max(axis=1, initial=0.0),
        )
