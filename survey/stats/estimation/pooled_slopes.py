"""Means of several units, each corrected for who answered by slopes that all units share.

Where each unit has a hundred answers, weighting them to the population unit by unit costs more
variance than it takes off bias. What age and sex do to an answer is much the same everywhere: it
is told from all units together, and only how a unit's answers differ from its population is its
own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray, sum_by
from survey.stats.weighting.auxiliary import Auxiliary, solve_gram

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledSlopes:
    """Answers about several units and what is known of the people each unit serves.

    Attributes
    ----------
    auxiliary : Auxiliary
        Calibration variables, one row per answer; n rows, p columns.
    unit : ndarray of intp, shape (n,)
        Unit of each answer, in [0, u).
    weights : ndarray of float64, shape (n,)
        Design weights d, zero or more; no unit without a positive one.
    total : ndarray of float64, shape (u,)
        Sum of the weights of each unit.
    sample_means : ndarray of float64, shape (u, p)
        Means of the variables in each unit's answers.
    gap : ndarray of float64, shape (u, p)
        Their means in the unit's population, less those.
    inverse : ndarray of float64, shape (p, p)
        Inverse, where there is one, of the variables' squares within units.

    Notes
    -----
    For y of unit u: ybar_u + (X_u - xbar_u)'B, where B are the slopes of the regression of y on x
    within units, weighted by d, pooled over all of them. It is the generalised regression
    estimator of the working model y = unit + x'B: unbiased by the unit's own residuals in large
    samples whatever the model, exactly right where units differ by a constant.

    References
    ----------
    Sarndal, C.-E., Swensson, B. and Wretman, J. (1992), Model Assisted Survey Sampling, ch. 6.
    Lehtonen, R. and Veijanen, A. (1998), Survey Methodology 24, 51-55.

    Checked against R ``survey``: ``calibrate(svydesign(~1, strata = ~unit, ...), ~0 + unit + x,
    population = c(N_u for u, 0 for other units, totals of x in u), calfun = "linear")`` and
    ``svytotal(~y, .) / N_u``, value and error.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.estimation import PooledSlopes
    >>> from survey.stats.weighting import Auxiliary
    >>> women = np.array([0, 0, 1, 0, 1, 1])
    >>> found = PooledSlopes.build(
    ...     auxiliary=Auxiliary(codes=(women,), sizes=(2,), values=np.zeros((6, 0))),
    ...     unit=np.array([0, 0, 0, 1, 1, 1]),
    ...     weights=np.ones(6),
    ...     known=np.array([[0.5, 0.5], [0.5, 0.5]]),
    ... )
    >>> y = np.array([60.0, 64.0, 72.0, 70.0, 80.0, 78.0])
    >>> found.slopes(y).round(2)
    array([-4.75,  4.75])
    >>> (found.mean(y) + found.shift(y)).round(2)
    array([66.92, 74.42])
    >>> found.variance(y).round(2)
    array([1.06, 0.31])
    """

    auxiliary: Auxiliary
    unit: IndexArray
    weights: FloatArray
    total: FloatArray
    sample_means: FloatArray
    gap: FloatArray
    inverse: FloatArray

    @classmethod
    def build(
        cls, *, auxiliary: Auxiliary, unit: IndexArray, weights: FloatArray, known: FloatArray
    ) -> PooledSlopes:
        """Prepare the slopes; ``known`` (u, p) holds the population means of each unit."""
        n_units = known.shape[0]
        total = np.bincount(unit, weights, n_units).astype(np.float64)
        means = auxiliary.sums_by(unit, n_units, weights) / total[:, None]
        between = means.T @ (means * total[:, None])
        within = auxiliary.gram(weights)
        squares = within.diagonal().copy()
        within -= between
        # What a variable that is constant in every unit leaves is rounding, and has no slope.
        flat = within.diagonal() <= _ROUNDING * squares
        within[flat], within[:, flat] = 0.0, 0.0
        return cls(
            auxiliary=auxiliary, unit=unit, weights=weights, total=total, sample_means=means,
            gap=known - means, inverse=solve_gram(within, np.eye(within.shape[0])),
        )  # fmt: skip

    @property
    def n_units(self) -> int:
        """Number of units."""
        return int(self.total.size)

    def mean(self, y: FloatArray) -> FloatArray:
        """Weighted means of ``y`` (n,) or (n, m) by unit: (u,) or (u, m)."""
        table = y.reshape(y.shape[0], -1) * self.weights[:, None]
        means = sum_by(self.unit, self.n_units, table) / self.total[:, None]
        return np.asarray(means.reshape(-1, *y.shape[1:]))

    def slopes(self, y: FloatArray) -> FloatArray:
        """Return B of ``y`` (n,) or (n, m): (p,) or (p, m)."""
        left = (y - self.mean(y)[self.unit]).reshape(y.shape[0], -1) * self.weights[:, None]
        found = self.inverse @ self.auxiliary.transpose_times(left)
        return np.asarray(found.reshape(-1, *y.shape[1:]))

    def shift(self, y: FloatArray) -> FloatArray:
        """Return what the correction adds to each unit's mean of ``y``: (u,) or (u, m)."""
        return np.asarray(self.gap @ self.slopes(y))

    def residuals(self, y: FloatArray) -> FloatArray:
        """Return what unit and slopes leave of ``y`` (n,), shape (n,)."""
        fitted = self.auxiliary.times(self.slopes(y)[:, None])[:, 0]
        left = y - fitted
        return np.asarray(left - self.mean(left)[self.unit])

    def slope_parts(self, residuals: FloatArray, rows: IndexArray) -> FloatArray:
        """Return the parts of some answers in the error of the slopes, shape (rows, p)."""
        x = self.auxiliary.taken(rows).dense() - self.sample_means[self.unit[rows]]
        return np.asarray((x * (self.weights * residuals)[rows, None]) @ self.inverse)

    def variance(self, y: FloatArray) -> FloatArray:
        """Return the variance of the corrected means of ``y`` (n,), shape (u,).

        Notes
        -----
        Linearised: answer j has in the mean of unit u the part d_j e_j (1(j in u) / D_u +
        (X_u - xbar_u)'G (x_j - xbar)), G the inverse of the squares within units; units are strata,
        answers drawn with replacement. NaN for a unit with fewer than two answers.
        """
        residuals = self.residuals(y)
        order = np.argsort(self.unit, kind="stable")
        edges = np.searchsorted(self.unit[order], np.arange(1, self.n_units))
        blocks = np.split(order, edges)
        slope_parts = [self.slope_parts(residuals, rows) for rows in blocks]
        spread = [_spread(parts) for parts in slope_parts]
        everywhere = np.sum(spread, axis=0)
        out = np.full(self.n_units, np.nan)
        for u, (rows, parts) in enumerate(zip(blocks, slope_parts, strict=True)):
            if rows.size < 2:
                continue
            direct = (self.weights * residuals)[rows] / self.total[u]
            own = _spread((direct + parts @ self.gap[u])[:, None])[0, 0]
            others = self.gap[u] @ (everywhere - spread[u]) @ self.gap[u]
            out[u] = own + others
        return out


def _spread(parts: FloatArray) -> FloatArray:
    """Covariance of the sums of ``parts`` (n, m), rows drawn with replacement; 0 for one row."""
    n = parts.shape[0]
    if n < 2:
        return np.zeros((parts.shape[1], parts.shape[1]))
    left = parts - parts.mean(axis=0)
    return np.asarray(n / (n - 1) * (left.T @ left))
