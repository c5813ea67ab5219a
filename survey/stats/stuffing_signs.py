"""Too many best or worst answers among the open ones, unit by unit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.answer_shape import extreme_excess
from survey.stats.combination import UnitMeans
from survey.stats.discrepancy import discrepancy

FloatArray = NDArray[np.float64]


def stuffing_signs(
    *,
    items: NDArray[np.int8],
    unit: NDArray[np.intp],
    invited: NDArray[np.bool_],
    weights: FloatArray,
    n_units: int,
    k: int,
) -> FloatArray:
    """Return the larger of the signs of too many best and too many worst answers, shape (u,).

    Parameters
    ----------
    items : ndarray of int8, shape (n, items)
        1 worst to k best; below 1 not rated.
    unit : ndarray of intp, shape (n,)
    invited : ndarray of bool, shape (n,)
    weights : ndarray of float64, shape (n,)
        What trust leaves of each response.
    n_units, k : int

    Returns
    -------
    ndarray of float64, shape (u,)
        (against the invited answers + against the shape of other units' open answers) / root
        two: nearly independent of each other, so by chance as large as either. NaN unknown.
    """
    rated = (items > 0).sum(axis=1)
    signs = []
    for level, reverse in ((k, 1), (1, -1)):
        share = (items == level).sum(axis=1) / np.maximum(rated, 1)
        sides = [
            _means(unit[side], share[side], weights[side], n_units)
            for side in (invited & (rated > 0), ~invited & (rated > 0))
        ]
        counts = _counts(items[~invited], unit[~invited], weights[~invited], n_units, k)
        shape = extreme_excess(counts[:, ::reverse])
        signs.append((discrepancy(anchor=sides[0], open_sample=sides[1]) + shape) / np.sqrt(2))
    return np.asarray(np.fmax(*signs))


def _means(unit: NDArray[np.intp], y: FloatArray, weights: FloatArray, n_units: int) -> UnitMeans:
    """Means by unit with the within-unit variance of all units together."""
    total = np.bincount(unit, weights, n_units)
    squares = np.bincount(unit, weights**2, n_units)
    known = total > 0
    mean = np.bincount(unit, weights * y, n_units) / np.where(known, total, 1.0)
    pooled = float(weights @ (y - mean[unit]) ** 2 / max(float(weights.sum()), 1e-300))
    variance = max(pooled, 1e-12) * squares / np.where(known, total, 1.0) ** 2
    return UnitMeans(mean=np.where(known, mean, np.nan), variance=np.where(known, variance, np.nan))


def _counts(
    items: NDArray[np.int8], unit: NDArray[np.intp], weights: FloatArray, n_units: int, k: int
) -> FloatArray:
    """Answers by unit and level, all items of one response counting as one answer."""
    counts = np.zeros((n_units, k))
    for column in items.T:
        rated = column > 0
        key = unit[rated] * k + column[rated] - 1
        counts += np.bincount(key, weights[rated], n_units * k).reshape(n_units, k)
    return np.asarray(counts / items.shape[1])
