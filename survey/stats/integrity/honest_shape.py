"""How answers spread over the scale at each level of satisfaction, told from all units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.scipy_calls import ndtr, ndtri

_LEVELS = np.linspace(-3.0, 3.0, 61)  # standard deviations of a person's opinion
_ROUNDS = 40
_CLOSE = 1e-4
_STEP = 0.3  # thresholds move no further in a round
_APART = 1e-3  # least distance of two thresholds
_RARE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestShape:
    """The shares of each class of answers, as one number says them.

    Attributes
    ----------
    thresholds : ndarray of float64, shape (c - 1,)
        Ascending, in standard deviations of a person's opinion.
    level : ndarray of float64, shape (u,)
        What fits each unit best.
    """

    thresholds: FloatArray
    level: FloatArray

    def chances(self, level: FloatArray) -> FloatArray:
        """Return the shares of the classes at some levels, shape (levels, c)."""
        below = ndtr(self.thresholds - level[:, None])
        edge = np.zeros((level.size, 1))
        return np.maximum(np.diff(np.hstack([edge, below, edge + 1]), axis=1), _RARE)

    def slopes(self, level: FloatArray) -> FloatArray:
        """Return the derivatives of their logarithms by the level, shape (levels, c)."""
        height = _height(self.thresholds, level)
        edge = np.zeros((level.size, 1))
        return np.diff(-np.hstack([edge, height, edge]), axis=1) / self.chances(level)

    def spread_slopes(self, level: FloatArray) -> FloatArray:
        """Return those by the logarithm of how far people of a unit lie apart, (levels, c)."""
        away = self.thresholds - level[:, None]
        edge = np.zeros((level.size, 1))
        moved = np.hstack([edge, away * _height(self.thresholds, level), edge])
        return np.diff(-moved, axis=1) / self.chances(level)

    def with_levels(self, counts: FloatArray) -> HonestShape:
        """Return the same thresholds with the levels of other units, counts of shape (u, c)."""
        return replace(self, level=_likely(self, counts) @ _LEVELS)


def fit_honest_shape(counts: FloatArray) -> HonestShape:
    """Fit thresholds common to all units and a level of each.

    Parameters
    ----------
    counts : ndarray of float64, shape (u, c)
        Answers in each class, from worst to best, c of at least 2; every class has some.

    Returns
    -------
    HonestShape

    Notes
    -----
    P(class <= k) = Phi(t_k - level_u), McCullagh's (1980, doi:10.1111/j.2517-6161.1980.tb01109.x)
    ordinal model with a probit link. The thresholds are free, so that the shape at the usual level
    is whatever the county's answers make it; how it changes with the level is the model's. Levels
    are integrated out over a grid, all equally likely beforehand; thresholds by Fisher scoring
    inside an EM loop.

    Examples
    --------
    >>> import numpy as np
    >>> shape = fit_honest_shape(np.array([[20.0, 50.0, 30.0], [5.0, 45.0, 50.0]]))
    >>> shape.chances(shape.level).round(2)
    array([[0.18, 0.53, 0.28],
           [0.07, 0.42, 0.51]])
    """
    total = counts.sum(axis=0)
    thresholds = ndtri(np.cumsum(total)[:-1] / total.sum())
    for _ in range(_ROUNDS):
        shape = HonestShape(thresholds=thresholds, level=_LEVELS)
        expected = _likely(shape, counts).T @ counts
        step = np.clip(_scored(shape, expected), -_STEP, _STEP)
        thresholds = thresholds + step
        thresholds = np.maximum.accumulate(thresholds - _APART * np.arange(thresholds.size))
        thresholds = thresholds + _APART * np.arange(thresholds.size)
        if np.abs(step).max() < _CLOSE:
            break
    return HonestShape(thresholds=thresholds, level=_LEVELS).with_levels(counts)


def _height(thresholds: FloatArray, level: FloatArray) -> FloatArray:
    return np.asarray(np.exp(-((thresholds - level[:, None]) ** 2) / 2) / np.sqrt(2 * np.pi))


def _likely(shape: HonestShape, counts: FloatArray) -> FloatArray:
    """Return how likely each level of the grid is for each unit, shape (u, levels)."""
    log = counts @ np.log(shape.chances(_LEVELS)).T
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def _scored(shape: HonestShape, expected: FloatArray) -> FloatArray:
    """Return one step of Fisher scoring for answers ``expected`` (levels, c) at each level."""
    chance, height = shape.chances(_LEVELS), _height(shape.thresholds, _LEVELS)
    ratio = expected / chance
    gradient = (height * (ratio[:, :-1] - ratio[:, 1:])).sum(axis=0)
    n, inverse = expected.sum(axis=1)[:, None], 1 / chance
    information = np.diag((n * height**2 * (inverse[:, :-1] + inverse[:, 1:])).sum(axis=0))
    beside = -(n * height[:, :-1] * height[:, 1:] * inverse[:, 1:-1]).sum(axis=0)
    information += np.diag(beside, 1) + np.diag(beside, -1)
    ridge = 1e-9 * np.trace(information) * np.eye(gradient.size)
    return np.asarray(np.linalg.solve(information + ridge, gradient))
