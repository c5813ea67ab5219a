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
from survey.stats.nonprobability.pseudo_inclusion import pseudo_weights
from survey.stats.nonprobability.selection import (
    Corrected,
    Samples,
    SelectionError,
    open_variance,
    participation,
    regression,
)

_REPLICATES = 20
_SMALLEST_SHARE = 20  # the population is taken to be at least so many times the open sample


def reference(
    x_open: FloatArray, x_reference: FloatArray, reference_weights: FloatArray
) -> Samples:
    """Put the two samples together.

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
    Error by a delete-a-group jackknife over both samples, the weights fitted anew each time:
    group = place modulo 20 (fewer where a sample is smaller), so the rows must come in an order
    of their own, not of the file they were read from.
    """
    whole = _under_pseudo_weights(samples, y, coefficients, kept)
    n_a, n_b = kept.size, samples.reference_weights.size
    groups = min(_REPLICATES, n_a, n_b)
    if groups < 2:
        raise SelectionError("two answers of each kind are needed for an error")
    each = []
    for g in range(groups):
        a, b = np.arange(n_a) % groups != g, np.arange(n_b) % groups != g
        left = reference(
            samples.x_open[a], samples.x_reference[b], samples.reference_weights[b]
        )  # fmt: skip
        each.append(_under_pseudo_weights(left, y[a], coefficients, kept[a]))
    spread = float(((np.array(each) - np.mean(each)) ** 2).sum())
    return Corrected(value=whole, se=float(np.sqrt((groups - 1) / groups * spread)))


def _under_pseudo_weights(
    samples: Samples, y: FloatArray, coefficients: FloatArray, kept: FloatArray
) -> float:
    weight = kept * pseudo_weights(samples=samples)
    value = 0.0
    for j, share in _shares(y, coefficients):
        rated = np.isfinite(y[:, j])
        value += share * float(weight[rated] @ y[rated, j]) / float(weight[rated].sum())
    return value


def _shares(y: FloatArray, coefficients: FloatArray) -> list[tuple[int, float]]:
    """Return the items somebody rated and their shares of the score."""
    used = np.flatnonzero(np.isfinite(y).any(axis=0) & (coefficients > 0))
    if not used.size:
        raise SelectionError("no open answer rated anything")
    total = float(coefficients[used].sum())
    return [(int(j), float(coefficients[j]) / total) for j in used]


CORRECTIONS: dict[str, Callable[[Samples, FloatArray, FloatArray, FloatArray], Corrected]] = {
    "chen_li_wu": by_participation,
    "elliott_valliant": by_pseudo_weights,
}
