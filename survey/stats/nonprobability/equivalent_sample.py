"""How many invited answers the open ones are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.nonprobability.combination import Combination, UnitMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class EquivalentSample:
    """Invited answers that would have told as much as the open ones did.

    Attributes
    ----------
    n, lower, upper : ndarray of float64, shape (u,)
        By unit, zero or more, with an interval.
    total, total_lower, total_upper : float
        Of all units together.
    """

    n: FloatArray
    lower: FloatArray
    upper: FloatArray
    total: float
    total_lower: float
    total_upper: float


def equivalent_sample(
    *,
    reference: UnitMeans,
    n: IndexArray,
    alone: Combination,
    combination: Combination,
    score: FloatArray,
    confidence: float = 0.95,
) -> EquivalentSample:
    """Express what open answers add to the precision of scores in invited answers.

    Parameters
    ----------
    reference : UnitMeans
        Invited means of u units, every one known.
    n : ndarray of intp, shape (u,)
        Invited answers they are made of.
    alone, combination : Combination
        What the invited answers say by themselves, and together with the open ones.
    score : ndarray of float64, shape (u,)
        The combined scores after the limit.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    EquivalentSample

    Notes
    -----
    An invited answer has the precision 1 / (n v), v the variance of the invited mean. With A the
    variance of what the invited answers say drawn towards their model, and C that of the score,
    as many more of them would have led to C as m = n v (1/C - 1/A): 1/A = 1/v + 1/tau^2 and
    1/C = (1 + m/n)/v + 1/tau^2. C is the posterior variance plus the mean squared distance, over
    the units, by which the limit moved scores. Negative m are zero. The interval is that of the
    posterior of the hyper-parameters, the spread of the open entrance's bias above all: m for
    each draw, the draws weighted as they were. Not told: what open answers are worth to items, or
    where nobody was invited.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import UnitMeans, combine, equivalent_sample
    >>> invited = UnitMeans(mean=np.linspace(65.0, 79.0, 15), variance=np.full(15, 4.0))
    >>> came = UnitMeans(mean=np.linspace(62.0, 76.0, 15), variance=np.full(15, 0.5))
    >>> given = {"reference": invited, "covariates": np.ones((15, 1))}
    >>> both = combine(**given, open_sample=came, rng=np.random.default_rng(1))
    >>> found = equivalent_sample(
    ...     reference=invited,
    ...     n=np.full(15, 100),
    ...     alone=combine(**given, open_sample=None, rng=np.random.default_rng(1)),
    ...     combination=both,
    ...     score=both.score,
    ... )
    >>> bool(found.total_lower < found.total < found.total_upper)
    True
    """
    whole = combination.se**2
    limited = float(((combination.score - score) ** 2).mean())
    drawn, weight = combination.drawn_variance, combination.drawn_weight
    # What the bias common to all units is not known by is the same under every draw.
    common = whole - weight @ drawn

    def told(variance: FloatArray) -> FloatArray:
        more = 1 / (variance + limited) - 1 / alone.se**2
        return np.asarray(np.maximum(n * reference.variance * more, 0.0))

    by_unit, by_draw = told(whole), told(drawn + common)
    tail = (1 - confidence) / 2
    ends = [_quantile(by_draw, weight, at) for at in (tail, 1 - tail)]
    totals = [
        float(_quantile(by_draw.sum(axis=1, keepdims=True), weight, at)[0])
        for at in (tail, 1 - tail)
    ]
    total = float(by_unit.sum())
    return EquivalentSample(
        n=by_unit,
        lower=np.minimum(ends[0], by_unit),
        upper=np.maximum(ends[1], by_unit),
        total=total,
        total_lower=min(totals[0], total),
        total_upper=max(totals[1], total),
    )


def _quantile(values: FloatArray, weight: FloatArray, at: float) -> FloatArray:
    """Return the weighted quantile of each column of (d, k) values, shape (k,)."""
    order = np.argsort(values, axis=0, kind="stable")
    cumulated = np.cumsum(weight[order], axis=0)
    place = (cumulated < at * cumulated[-1]).sum(axis=0)
    return np.asarray(np.sort(values, axis=0)[place, np.arange(values.shape[1])])
