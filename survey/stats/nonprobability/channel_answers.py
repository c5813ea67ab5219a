"""What the answers of one channel look like, unit by unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.nonprobability.combination import UnitMeans


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAnswers:
    """One channel by unit.

    Attributes
    ----------
    mean : UnitMeans
        Of the score.
    best, worst : UnitMeans
        Share of best and of worst answers, weighted to the population.
    counts : ndarray of float64, shape (u, k)
        Answers from worst to best, as many as trust leaves of them.
    """

    mean: UnitMeans
    best: UnitMeans
    worst: UnitMeans
    counts: FloatArray


def channel_answers(
    *,
    mean: UnitMeans,
    items: NDArray[np.int8],
    unit: IndexArray,
    weights: FloatArray,
    factor: FloatArray,
    k: int,
) -> ChannelAnswers:
    """Put together the answers of one channel.

    Parameters
    ----------
    mean : UnitMeans
        Of u units.
    items : ndarray of int8, shape (n, items)
        1 worst to k best; below 1 not rated.
    unit : ndarray of intp, shape (n,)
        Index into the u units.
    weights, factor : ndarray of float64, shape (n,)
        What each response stands for in the population; what trust leaves of it.
    k : int
    """
    n_units = mean.mean.size
    rated = (items > 0).sum(axis=1)
    some = rated > 0
    items, unit, weights, factor = items[some], unit[some], weights[some], factor[some]
    best, worst = (
        _shares(unit, (items == level).sum(axis=1) / rated[some], weights, n_units)
        for level in (k, 1)
    )
    return ChannelAnswers(
        mean=mean, best=best, worst=worst, counts=_counts(items, unit, factor, n_units, k)
    )


def _shares(unit: IndexArray, y: FloatArray, weights: FloatArray, n_units: int) -> UnitMeans:
    """Means by unit with the within-unit variance of all units together."""
    total = np.bincount(unit, weights, n_units)
    squares = np.bincount(unit, weights**2, n_units)
    known = total > 0
    mean = np.bincount(unit, weights * y, n_units) / np.where(known, total, 1.0)
    pooled = float(weights @ (y - mean[unit]) ** 2 / max(float(weights.sum()), 1e-300))
    variance = max(pooled, 1e-12) * squares / np.where(known, total, 1.0) ** 2
    return UnitMeans(mean=np.where(known, mean, np.nan), variance=np.where(known, variance, np.nan))


def _counts(
    items: NDArray[np.int8], unit: IndexArray, factor: FloatArray, n_units: int, k: int
) -> FloatArray:
    """Answers by unit and level, all items of one response counting as one answer."""
    counts = np.zeros((n_units, k))
    for column in items.T:
        rated = column > 0
        key = unit[rated] * k + column[rated] - 1
        counts += np.bincount(key, factor[rated], n_units * k).reshape(n_units, k)
    return np.asarray(counts / items.shape[1])
