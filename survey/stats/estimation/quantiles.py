"""Quantiles of domains, with Woodruff's intervals."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.estimators import Domains, EstimationError, mean
from survey.stats.estimation.intervals import t_quantile
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.notices import Notice

_TIE = 1e-12  # of the weight: what sums in floating point miss


def quantile(
    *,
    weights: WeightSet,
    y: FloatArray,
    at: float = 0.5,
    domains: Domains | None = None,
    level: float = 0.95,
) -> Estimates:
    """Smallest answers that at least a share ``at`` of the weight does not exceed, by domain.

    Parameters
    ----------
    weights : WeightSet
        No negative weight.
    y : ndarray of float64, shape (n,)
        NaN where the answer is missing.
    at : float
        In (0, 1): 0.5 for the median.
    domains : Domains, optional
    level : float
        Of Woodruff's interval.

    Returns
    -------
    Estimates
        ``se`` is the width of the interval over twice its t. No covariance.

    Raises
    ------
    EstimationError
        ``at`` outside (0, 1), or a negative weight.

    Notes
    -----
    The share of answers up to the quantile has a linearised error; the limits of that share, by
    Student's t with the degrees of freedom of the domain's answers, are turned into answers. A
    limit outside [0, 1] belongs to no answer: there is no interval then, and a notice
    (``quantile_beyond_answers``), as where the share shows no error (:func:`mean`).

    References
    ----------
    Woodruff, R. S. (1952), doi:10.1080/01621459.1952.10483443.
    Francisco, C. A. and Fuller, W. A. (1991), doi:10.1214/aos/1176347993.

    Checked against R ``survey::svyquantile(~y, design, at, qrule = "math",
    interval.type = "mean")``, which at shares met exactly goes to the next answer by rounding, and
    below the share of the first answer gives the second (survey 4.1-1).

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, quantile
    >>> weights = WeightSet(base_weights=np.ones(40), design=Design.build(n=40))
    >>> found = quantile(weights=weights, y=np.arange(61.0, 101.0))
    >>> found.value, found.lower, found.upper
    (array([80.]), array([74.]), array([87.]))
    """
    if not 0 < at < 1:
        raise EstimationError("share", at=at)
    w = weights.weights
    if (w < 0).any():
        raise EstimationError("negative_weight")
    codes = np.zeros(y.size, dtype=np.intp) if domains is None else domains.codes
    size = 1 if domains is None else domains.size
    # Checks shapes and codes, and says which domains have answers.
    known = mean(weights=weights, y=y, domains=domains)
    codes = np.where((w > 0) & ~np.isnan(y), codes, -1)
    parts = _Sorted(y, w, codes, size)
    value = np.full(size, np.nan)
    value[known.domain] = parts.at(known.domain, np.full(known.domain.size, at))
    up_to = np.where(codes >= 0, (y <= value[codes]).astype(np.float64), np.nan)
    share = mean(weights=weights, y=up_to, domains=domains)
    df = weights.design.degrees_of_freedom_by(codes, size)[share.domain]
    half = t_quantile(df, level) * share.se
    low, high = share.value - half, share.value + half
    inside = (low >= 0) & (high <= 1)
    lower, upper = np.full(df.size, np.nan), np.full(df.size, np.nan)
    lower[inside] = parts.at(share.domain[inside], low[inside])
    upper[inside] = parts.at(share.domain[inside], high[inside])
    beyond = share.domain[~inside & np.isfinite(half)]
    notices = [Notice("quantile_beyond_answers", domains=tuple(map(int, beyond)))]
    return Estimates(
        statistic="quantile",
        domain=share.domain,
        value=value[share.domain],
        se=(upper - lower) / (2 * t_quantile(df, level)),
        lower=lower,
        upper=upper,
        df=df,
        n=share.n,
        effective_n=share.effective_n,
        covariance=None,
        labels=share.labels,
        notices=(*share.notices, *(notices if beyond.size else ())),
    )


class _Sorted:
    """Answers sorted within domains, and the weight up to each."""

    def __init__(self, y: FloatArray, w: FloatArray, codes: NDArray[np.integer], size: int) -> None:
        rows = np.flatnonzero(codes >= 0)
        rows = rows[np.lexsort((y[rows], codes[rows]))]
        first = np.searchsorted(codes[rows], np.arange(size + 1))
        self.parts = [(y[rows[a:b]], np.cumsum(w[rows[a:b]])) for a, b in pairwise(first)]

    def at(self, domain: IndexArray, share: FloatArray) -> FloatArray:
        found = np.empty(share.size)
        for i, (code, p) in enumerate(zip(domain, share, strict=True)):
            y, up_to = self.parts[code]
            wanted = p * up_to[-1] * (1 - _TIE)
            found[i] = y[min(int(np.searchsorted(up_to, wanted)), y.size - 1)]
        return found
