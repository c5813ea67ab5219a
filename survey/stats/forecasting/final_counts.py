"""How many answers each unit and group will have in the end, if nothing more is done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray, total_by
from survey.stats.forecasting.curves import Curves, learn_curves
from survey.stats.forecasting.daily_counts import DailyCounts
from survey.stats.forecasting.unit_levels import Levels, follow_levels

_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Answers in the end, by cell, if nothing more is sent.

    Attributes
    ----------
    seen : ndarray of float64, shape (c,)
        Answers of the days that are over.
    ahead, variance : ndarray of float64, shape (c,)
        Mean and variance of those still to come.
    by_now : ndarray of float64, shape (c,)
        Share of all that should be in by now as this fieldwork goes: of the answers of like
        series, those of days that are over. NaN for a cell of which nothing is expected.
    per_code : ndarray of float64, shape (s,)
        What one more code sent now would bring to each series until the end; of a series that
        takes no codes 0.
    """

    seen: FloatArray
    ahead: FloatArray
    variance: FloatArray
    by_now: FloatArray
    per_code: FloatArray

    @property
    def final(self) -> FloatArray:
        """Expected answers in the end, shape (c,)."""
        return self.seen + self.ahead

    def interval(self, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the ends of an interval of the answers in the end, shapes (c,).

        Notes
        -----
        Negative binomial by its two moments. A count lies inside where lower <= count <= upper;
        the ends are interpolated between whole counts, so that small counts are inside as often
        as said on average. Where not even one more is not unlikely, all doubt is above.
        """
        tail = (1 - confidence) / 2
        mean = np.maximum(self.ahead, _LEAST)
        variance = np.maximum(self.variance, mean * (1 + 1e-6))
        size = mean**2 / (variance - mean)
        chance = size / (size + mean)
        lower = _quantile(np.full(mean.size, tail), size, chance)
        upper = _quantile(np.where(lower < 0, confidence, 1 - tail), size, chance)
        some = self.ahead > 0
        least, most = (np.where(some, np.maximum(end, 0.0), 0.0) for end in (lower, upper))
        return self.seen + least, self.seen + most


def forecast(counts: DailyCounts) -> Forecast:
    """Forecast the answers of every cell at the end of a fieldwork.

    Parameters
    ----------
    counts : DailyCounts
        Of at least one whole day.

    Returns
    -------
    Forecast

    Notes
    -----
    Still to come of a series is its level times what an average series will bring, the sum of a
    curve that all series of its channel share. Its variance adds the lumpiness of days, the
    level's own error, the level's wandering until each day to come, and the curve's error.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.forecasting import DailyCounts, forecast
    >>> sent = np.zeros((2, 5))
    >>> sent[:, 0] = 1
    >>> found = forecast(
    ...     DailyCounts(
    ...         answers=np.array([[9.0, 8, 6, 5, 4], [4.0, 5, 3, 2, 3]]),
    ...         sent=sent,
    ...         reminded=np.zeros((2, 5)),
    ...         kind=np.zeros(2, dtype=np.intp),
    ...         takes_codes=np.zeros(2, dtype=np.bool_),
    ...         cell=np.arange(2),
    ...         pool=np.zeros(2, dtype=np.intp),
    ...         first_weekday=0,
    ...         days=10,
    ...     )
    ... )
    >>> lower, upper = found.interval(0.95)
    >>> bool(((found.seen <= lower) & (lower < found.final) & (found.final < upper)).all())
    True
    """
    ahead, variance = np.zeros(counts.cell.size), np.zeros(counts.cell.size)
    per_code = np.zeros(counts.cell.size)
    for kind in np.unique(counts.kind):
        rows = np.flatnonzero(counts.kind == kind)
        if counts.sent[rows].any() and counts.seen < counts.days:
            curves, levels = _learnt(counts, rows)
            ahead[rows], variance[rows] = _still_to_come(counts.seen, curves, levels)
            # A day goes by until codes are in people's hands.
            value = levels.mean * curves.per_code(counts.days - counts.seen - 1)
            per_code[rows] = np.where(counts.takes_codes[rows], value, 0.0)
    came = counts.answers.sum(axis=1)
    size = int(counts.cell.max(initial=-1)) + 1
    seen, to_come, spread = (total_by(counts.cell, x, size) for x in (came, ahead, variance))
    return Forecast(
        seen=seen,
        ahead=to_come,
        variance=spread,
        by_now=_by_now(counts, came, ahead, size),
        per_code=per_code,
    )


def _learnt(counts: DailyCounts, rows: IndexArray) -> tuple[Curves, Levels]:
    # What came without anything sent says nothing of what sending brings.
    answers = counts.answers[rows] * counts.sent[rows].any(axis=1, keepdims=True)
    curves = learn_curves(
        answers=answers,
        sent=counts.sent[rows],
        reminded=counts.reminded[rows],
        weekend=counts.weekend(),
    )
    usual = curves.usual()[:, : counts.seen]
    # What moved a day in the whole county says nothing of single units.
    whole_county = (answers.sum(axis=0) + 0.5) / (usual.sum(axis=0) + 0.5)
    pool = np.unique(counts.pool[rows], return_inverse=True)[1]
    return curves, follow_levels(answers=answers, exposure=usual * whole_county, pool=pool)


def _still_to_come(seen: int, curves: Curves, levels: Levels) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the answers to come, by series."""
    usual = curves.usual()[:, seen:]
    whole = usual.sum(axis=1)
    steps = np.arange(1, usual.shape[1] + 1)
    wandering = np.einsum("sd,de,se->s", usual, np.minimum.outer(steps, steps), usual)
    level = levels.variance * whole**2 + levels.step * wandering
    mean = levels.mean * whole
    doubt = levels.mean**2 * (level + curves.shared_variance(seen))
    return mean, levels.dispersion * mean + doubt


def _by_now(counts: DailyCounts, came: FloatArray, ahead: FloatArray, size: int) -> FloatArray:
    """Return what share of a cell's answers is in at series like its own."""
    _pools, like = np.unique(
        np.column_stack([counts.kind, counts.pool]), axis=0, return_inverse=True
    )
    like = like.ravel()
    n_pools = int(like.max(initial=-1)) + 1
    in_by_now, whole = (total_by(like, x, n_pools) for x in (came, came + ahead))
    share = np.divide(in_by_now, whole, out=np.ones(n_pools), where=whole > 0)
    weight = total_by(counts.cell, came + ahead, size)
    mean = total_by(counts.cell, (came + ahead) * share[like], size)
    return np.asarray(np.divide(mean, weight, out=np.full(size, np.nan), where=weight > 0))


def _quantile(probability: FloatArray, size: FloatArray, chance: FloatArray) -> FloatArray:
    """Return quantiles of a negative binomial, interpolated half a count to both sides."""
    from scipy.stats import nbinom

    k = nbinom.ppf(probability, size, chance)
    below, here = nbinom.cdf(k - 1, size, chance), nbinom.pmf(k, size, chance)
    return np.asarray(k - 0.5 + (probability - below) / np.maximum(here, _LEAST))
