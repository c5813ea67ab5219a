"""Too many of the best sheets for the level a unit has: the shape, whatever the level is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.honest_shape import HonestShape
from survey.stats.integrity.random_effects import lower_half

# Sheets of somebody who answers codes that are not his: all at the best answer, or each item at
# the best with this chance and else at the next best.
CAPTORS = {"full": 1.0, "careful": 0.8}
_RARE = 0.02  # classes with a smaller share of all answers are put to their neighbours
_SOME = 0.15  # the captured share the test is sharpest at
_FEWEST_CLASSES = 3
_TINY = 1e-12
_NARROWEST = 0.1
_SHARES = np.linspace(0.0, 0.9, 91)
_LEVELS = np.linspace(-3.0, 3.0, 61)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetClasses:
    """Sheets of one group put into classes from worst to best.

    Attributes
    ----------
    of_row : ndarray of intp, shape (n,)
        -1 for sheets without a rating.
    captured : dict of ndarray of float64, shape (c,)
        Shares of the classes among captured sheets, by kind of captor.
    size : int
        Classes.
    """

    of_row: IndexArray
    captured: dict[str, FloatArray]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeEvidence:
    """What the shape of one group's answers says of each unit, for one kind of captor.

    Attributes
    ----------
    excess, variance, skew : ndarray of float64, shape (u,)
        Sum of the test's weights over the unit's sheets, its variance and third moment if all
        are honest.
    whole : ndarray of float64, shape (u,)
        What the sum would be if all were captured.
    """

    excess: FloatArray
    variance: FloatArray
    skew: FloatArray
    whole: FloatArray


def sheet_classes(items: NDArray[np.integer], points: tuple[float, ...]) -> SheetClasses | None:
    """Class the sheets of one group by the mean points of what they rated.

    Parameters
    ----------
    items : ndarray of int, shape (n, k)
        Answers; below 1 is not rated.
    points : tuple of float
        Of answer v at place v; the first is never used.

    Returns
    -------
    SheetClasses or None
        None where fewer than three classes have answers enough.

    Notes
    -----
    Classes end at the points of the scale, and once more at the half between the two or three
    best, where captured sheets lie; rare ones are joined, so that no honest sheet is a rarity.
    """
    from scipy.stats import binom

    given = np.asarray(points, dtype=np.float64)
    best, following, *rest = np.sort(given[1:])[::-1]
    middle = [following + part * (best - following) for part in (0.5, 0.75)]
    third = [(following + rest[0]) / 2] if rest else []
    edges = np.sort(np.array([best, following, *middle, *third, *rest[:-1]]))
    rated = items > 0
    number = rated.sum(axis=1)
    known = number > 0
    if not known.any():
        return None
    total = np.where(rated, given[np.maximum(items, 0)], 0.0).sum(axis=1)
    cut = _classed(total[known] / number[known], edges)
    joined = _joined(np.bincount(cut, minlength=edges.size + 1))
    size = int(joined[-1]) + 1
    if size < _FEWEST_CLASSES:
        return None
    of_row = np.full(items.shape[0], -1, dtype=np.intp)
    of_row[known] = joined[cut]
    lengths, times = np.unique(number[known], return_counts=True)
    captured = {name: np.zeros(size) for name in CAPTORS}
    for name, chance in CAPTORS.items():
        for length, share in zip(lengths, times / times.sum(), strict=True):
            full = np.arange(length + 1)
            mean = following + (best - following) * full / length
            np.add.at(
                captured[name],
                joined[_classed(mean, edges)],
                share * binom.pmf(full, length, chance),
            )
    return SheetClasses(of_row=of_row, captured=captured, size=size)


def _classed(mean: FloatArray, edges: FloatArray) -> IndexArray:
    return np.searchsorted(edges, mean + 1e-9, side="right")


def _joined(counts: IndexArray) -> IndexArray:
    """Return a class for each finer one, each with enough answers, the best as fine as can be."""
    least = max(_RARE * counts.sum(), 1.0)
    out = np.zeros(counts.size, dtype=np.intp)
    held = 0.0
    for place in range(counts.size - 1, -1, -1):
        out[place] = out[min(place + 1, counts.size - 1)]
        if place < counts.size - 1 and held >= least:
            out[place] += 1
            held = 0.0
        held += float(counts[place])
    if held < least:
        out[out == out[0]] -= 1
    return np.asarray(out.max() - out)


def shape_evidence(
    counts: FloatArray, shape: HonestShape, captured: FloatArray, *, yardstick: BoolArray
) -> ShapeEvidence:
    """Weigh each unit's sheets by how much likelier captors than honest people give them.

    Parameters
    ----------
    counts : ndarray of float64, shape (u, c)
    shape : HonestShape
    captured : ndarray of float64, shape (c,)
        Shares of the classes among captured sheets.
    yardstick : ndarray of bool, shape (u,)
        Units that tell how far honest people's opinions lie apart in one unit and in another.

    Notes
    -----
    w_c = log(1 - e + e q_c / p_c) at e = .15, less its regression on the derivative of log p_c by
    the level: the efficient score for a captured share when the level is unknown (Neyman's
    C(alpha)), so that a unit is not suspect for being good. A unit whose people disagree more has
    more best answers *and* more of the worst: as far as units do differ in the logarithm of that
    spread (``lower_half``, since captors can only widen it), sheets at the lower end speak for
    honesty.
    """
    chance, n = shape.chances(shape.level), counts.sum(axis=1)
    here = yardstick & (n > 0)

    def mean(values: FloatArray) -> FloatArray:
        return np.asarray((chance * values).sum(axis=1, keepdims=True))

    slope = shape.slopes(shape.level)

    def whatever_the_level(values: FloatArray) -> FloatArray:
        rest = values - mean(values)
        return np.asarray(rest - slope * mean(rest * slope) / np.maximum(mean(slope**2), _TINY))

    weight = whatever_the_level(np.log(1 - _SOME + _SOME * captured / chance))
    spread = whatever_the_level(shape.spread_slopes(shape.level))
    known = np.maximum(n * mean(spread**2)[:, 0], _TINY)  # what the sheets tell of the spread
    # From the score's one step to the logarithm, with the error that has there.
    wider = np.maximum(1 + 2 * (counts * spread).sum(axis=1) / known, _NARROWEST)
    apart = lower_half((np.log(wider) / 2)[here], (1 / (known * wider**2))[here]).between
    told = np.maximum((weight @ captured)[:, None] / np.maximum(mean(weight**2), _TINY), _TINY)
    lean = (apart * n * (spread @ captured) / (1 + apart * known))[:, None] / told
    weight = weight - spread * lean
    follows = n * mean(weight * spread)[:, 0]
    return ShapeEvidence(
        excess=(counts * weight).sum(axis=1),
        variance=n * mean(weight**2)[:, 0] + apart * follows**2,
        skew=n * mean(weight**3)[:, 0],
        whole=n * (weight @ captured),
    )


def likelihood_of_share(
    counts: FloatArray, shape: HonestShape, captured: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return shares and the log likelihood of each, whatever the level, for one unit (c,)."""
    honest = shape.chances(_LEVELS)
    mixed = (1 - _SHARES[:, None, None]) * honest + _SHARES[:, None, None] * captured
    return _SHARES, np.asarray((np.log(mixed) @ counts).max(axis=1))
