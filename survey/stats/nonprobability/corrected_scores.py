"""Group scores of the open answers, corrected for who takes part.

The two named alternatives to letting open answers in as far as they agree with the invited
ones. Both take the invited answers as a reference sample and assume that taking part depends
on the predictors alone; what the invited people answered is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.estimation.design import Design
from survey.stats.nonprobability.pseudo_inclusion import fit_pseudo_weights
from survey.stats.nonprobability.selection import (
    Corrected,
    Samples,
    SelectionError,
    open_variance,
    participation,
    regression,
)
from survey.stats.weighting.calibration import Calibration

_SMALLEST_SHARE = 20  # the population is taken to be at least so many times the open sample


def reference(
    x_open: FloatArray,
    x_reference: FloatArray,
    reference_weights: FloatArray,
    calibration: Calibration | None = None,
) -> Samples:
    """Put the two samples together; ``calibration`` is the reference weights' own.

    The weights are brought to a population of at least 20 times the open sample: a reference
    weighted to no population at all stands for one of unknown, large size, and nothing written
    into the open box can make its chances of taking part pass one.
    """
    least = _SMALLEST_SHARE * x_open.shape[0]
    scale = max(1.0, least / float(reference_weights.sum()))
    return Samples(
        x_open=x_open,
        x_reference=x_reference,
        reference_weights=reference_weights * scale,
        design=Design.build(n=x_reference.shape[0]),
        calibration=calibration,
    )


def by_participation(
    samples: Samples, y: FloatArray, coefficients: FloatArray, kept: FloatArray
) -> Corrected:
    """Doubly robust group score after Chen, Li and Wu.

    Parameters
    ----------
    samples : Samples
    y : ndarray of float64, shape (n_a, k)
        Points of the open answers by item, NaN where an item was not rated.
    coefficients : ndarray of float64, shape (k,)
        Of the items.
    kept : ndarray of float64, shape (n_a,)
        What quality leaves of each open answer, positive.

    Returns
    -------
    Corrected

    Raises
    ------
    SelectionError
        If the samples do not overlap on the predictors, or nobody rated anything.

    Notes
    -----
    Item by item the doubly robust mean of those who rated it, then the items by their
    coefficients; the error is that of the sum, chances of taking part estimated once. With one
    item, everything rated and kept, it is Chen, Li and Wu's own (``tests/golden`` d22).
    """
    chances = participation(samples=samples)
    weight = kept * chances.weights
    d = samples.reference_weights / samples.reference_weights.sum()
    value, deviation, extra = 0.0, np.zeros(kept.size), np.zeros(d.size)
    for j, share in _shares(y, coefficients):
        rated = np.flatnonzero(np.isfinite(y[:, j]))
        b = regression(samples.x_open[rated], y[rated, j])
        residual = y[rated, j] - samples.x_open[rated] @ b
        part = weight[rated] / weight[rated].sum()
        shift = float(part @ residual)
        predicted = samples.x_reference @ b
        model = float(d @ predicted)
        value += share * (shift + model)
        deviation[rated] += share * kept[rated] * (residual - shift) / weight[rated].sum()
        extra += share * (predicted - model) / samples.reference_weights.sum()
    variance = open_variance(samples, chances, deviation, 1.0, extra)
    return Corrected(value=value, se=float(np.sqrt(variance)))


def by_pseudo_weights(
    samples: Samples, y: FloatArray, coefficients: FloatArray, kept: FloatArray
) -> Corrected:
    """Group score under Elliott and Valliant's pseudo-weights.

    Parameters, errors: as for ``by_participation``.

    Notes
    -----
    Error linearised: what each row moves the log pseudo-weights by (sandwich of both fits), and
    each open row by itself besides; the open rows as drawn with replacement, the reference rows by
    their design and calibration.
    """
    if min(kept.size, samples.reference_weights.size) < 2:
        raise SelectionError("too_few_answers")
    fitted = fit_pseudo_weights(samples)
    weight = kept * fitted.weights
    value, own = 0.0, np.zeros(kept.size)
    for j, share in _shares(y, coefficients):
        rated = np.flatnonzero(np.isfinite(y[:, j]))
        part = weight[rated] / weight[rated].sum()
        mean = float(part @ y[rated, j])
        value += share * mean
        own[rated] += share * part * (y[rated, j] - mean)
    slope = own @ samples.x_open
    opened = own + slope @ fitted.of_open
    variance = float(kept.size * np.var(opened, ddof=0) * kept.size / (kept.size - 1))
    variance += samples.reference_variance(slope @ fitted.of_reference)
    return Corrected(value=value, se=float(np.sqrt(variance)))


def _shares(y: FloatArray, coefficients: FloatArray) -> list[tuple[int, float]]:
    """Return the items somebody rated and their shares of the score."""
    used = np.flatnonzero(np.isfinite(y).any(axis=0) & (coefficients > 0))
    if not used.size:
        raise SelectionError("nothing_rated")
    total = float(coefficients[used].sum())
    return [(int(j), float(coefficients[j]) / total) for j in used]


CORRECTIONS: dict[str, Callable[[Samples, FloatArray, FloatArray, FloatArray], Corrected]] = {
    "chen_li_wu": by_participation,
    "elliott_valliant": by_pseudo_weights,
}
