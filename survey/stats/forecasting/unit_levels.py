"""How much more or less each series brings than its like, and how fast that changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray, total_by

_SHAPES = (1.0, 2.0, 4.0, 8.0, 16.0)
_DISCOUNTS = (0.7, 0.8, 0.87, 0.92, 0.96, 0.985)
_LEAST = 1e-9
_OUTLYING = 3.0  # standard deviations; a burst says little of the days after it


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Each series' level on the last day seen.

    Attributes
    ----------
    mean : ndarray of float64, shape (s,)
        Factor of its exposure.
    variance, step : ndarray of float64, shape (s,)
        Squared coefficient of variation of the factor now, and what each further day adds.
    dispersion : float
        Variance of a day's count over its mean.
    """

    mean: FloatArray
    variance: FloatArray
    step: FloatArray
    dispersion: float


def follow_levels(*, answers: FloatArray, exposure: FloatArray, pool: IndexArray) -> Levels:
    """Follow each series through the days that are over.

    Parameters
    ----------
    answers, exposure : ndarray of float64, shape (s, t)
        Counts, and what an average series would have brought.
    pool : ndarray of intp, shape (s,)

    Returns
    -------
    Levels

    Notes
    -----
    Poisson counts with a gamma level that forgets: a series' level starts at its pool's mean with
    a gamma of shape a0; every day a <- d a + y, b <- d b + e, so that the mean is kept and the
    variance grows by 1/d where nothing is seen. Shape and discount are those under which the
    series would have foretold their own next days best. Counts lumpier than Poisson's are divided
    by their dispersion first, which neighbouring days of the same series tell.

    References
    ----------
    Harvey, A. C. and Fernandes, C. (1989), Journal of Business & Economic Statistics 7(4),
    407-417, doi:10.1080/07350015.1989.10509750. Smith, J. Q. (1979), JRSS B 41(3), 375-387.
    """
    size = int(pool.max(initial=-1)) + 1
    came, exposed = (total_by(pool, x.sum(axis=1), size) + 0.5 for x in (answers, exposure))
    mean = (came / exposed)[pool]
    dispersion = _dispersion(answers, exposure, mean)
    shape, discount = (grid.ravel() for grid in np.meshgrid(_SHAPES, _DISCOUNTS))
    a, b, fit = _filter(
        answers,
        exposure,
        mean=mean,
        dispersion=dispersion,
        shape=shape[:, None],
        discount=discount[:, None],
    )
    best = int(fit.argmax())
    a, b = a[best], b[best]
    return Levels(
        mean=a / np.maximum(b, _LEAST),
        variance=1 / a,
        step=(1 / discount[best] - 1) / a,
        dispersion=dispersion,
    )


def _dispersion(answers: FloatArray, exposure: FloatArray, mean: FloatArray) -> float:
    """Return the variance of counts over their means, from each two neighbouring days."""
    if answers.shape[1] < 2:
        return 1.0
    first, second = exposure[:, :-1], exposure[:, 1:]
    both = np.maximum(first + second, _LEAST)
    level = (answers[:, :-1] + answers[:, 1:] + 0.5 * mean[:, None]) / (both + 0.5)
    gap = answers[:, :-1] * second - answers[:, 1:] * first
    usual = level * first * second * both
    used = (first > 0) & (second > 0)
    if not used.any():
        return 1.0
    squares, weight = gap[used] ** 2 / usual[used], np.sqrt(usual[used] / both[used])
    found = 1.0
    for _ in range(5):
        capped = np.minimum(squares, (_OUTLYING**2) * found)
        found = max(1.0, float(weight @ capped / weight.sum()))
    return found


def _filter(
    answers: FloatArray,
    exposure: FloatArray,
    *,
    mean: FloatArray,
    dispersion: float,
    shape: FloatArray,
    discount: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shape and rate of every level after the last day, and how well days were foretold."""
    a = shape + np.zeros(mean.size)
    b = a / mean
    fit = np.zeros(shape.shape[0])
    for day in range(answers.shape[1]):
        used = exposure[:, day] > 0
        e = np.where(used, exposure[:, day], 1.0)
        expected = e * a / b
        variance = dispersion * expected + expected**2 / a
        most = expected + _OUTLYING * np.sqrt(variance) + 1
        y = np.minimum(answers[:, day], most)
        seen = -0.5 * (np.log(variance) + (y - expected) ** 2 / variance)
        fit += seen @ used
        kept = np.where(used, discount, 1.0)
        a = np.maximum(kept * a + used * y / dispersion, 0.05)
        b = kept * b + used * e / dispersion
    return a, b, fit
