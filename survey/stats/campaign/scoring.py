"""From answers to item, group and unit scores, and from a score to rank, grade and points.

Everything a published figure passes on its last step (rounding, ranks, grades, points) is
exact decimal arithmetic; before that come float64 sums, see ``round_half_up``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.plan import ConversionPlan, GradeBand

# Float sums of a million answers are right to about 1e-12; two exact scores that differ at
# all differ by far more than 1e-10 from a tie. So ten places tell noise from substance.
_NOISE = Decimal(1).scaleb(-10)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupScores:
    """Scores of every domain (here: unit by group) that answers were cut into.

    Attributes
    ----------
    item_score : ndarray of float64, shape (c, k)
        Weighted mean points over those who rated the item; NaN where nobody did.
    item_weight : ndarray of float64, shape (c, k)
        Sum of weights behind each item score.
    score : ndarray of float64, shape (c,)
        Coefficient-weighted mean over items somebody rated; NaN where nobody rated any.
    n : ndarray of intp, shape (c,)
        Responses with a positive weight.
    sum_weights, sum_squares : ndarray of float64, shape (c,)
        Sum of weights and of their squares.
    """

    item_score: FloatArray
    item_weight: FloatArray
    score: FloatArray
    n: IndexArray
    sum_weights: FloatArray
    sum_squares: FloatArray

    @property
    def effective_n(self) -> FloatArray:
        """Kish's effective number of answers, (sum w)^2 / sum w^2, shape (c,)."""
        out = np.zeros_like(self.sum_weights)
        np.divide(self.sum_weights**2, self.sum_squares, out=out, where=self.sum_squares > 0)
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScores:
    """Scores of units, before rounding.

    Attributes
    ----------
    score : ndarray of float64, shape (u,)
        NaN where no group reached its minimum.
    share : ndarray of float64, shape (u, g)
        Part each group has in its unit's score: coefficients of the groups used, summing to
        one; zero for the others.
    group_weight_used : ndarray of float64, shape (u,)
        Percent of the coefficients whose groups reached their minimum.
    covered : ndarray of bool, shape (u,)
        Whether that percentage suffices for a score to be published.
    """

    score: FloatArray
    share: FloatArray
    group_weight_used: FloatArray
    covered: BoolArray


def group_scores(
    *,
    items: NDArray[np.int8],
    points: Sequence[float],
    weights: FloatArray,
    domain: IndexArray,
    coefficients: FloatArray,
) -> GroupScores:
    """Score items first, then groups.

    Parameters
    ----------
    items : ndarray of int8, shape (n, k)
        Answers; below 1 is not a rating (不了解, or left empty) and leaves the denominator.
    points : sequence of float
        ``points[v]`` are the points of answer ``v``.
    weights : ndarray of float64, shape (n,)
        Final weights; zero for what does not count.
    domain : ndarray of intp, shape (n,)
        Domain of each response, in [0, c).
    coefficients : ndarray of float64, shape (c, k)
        Item coefficients of each domain.

    Returns
    -------
    GroupScores

    Notes
    -----
    item = sum w y / sum w over the rated; group = sum coefficient * item / sum coefficient
    over items with at least one rating.
    """
    value = np.asarray(points, dtype=np.float64)
    c, k = coefficients.shape
    item_sum = np.zeros((c, k))
    item_weight = np.zeros((c, k))
    for j in range(k):
        answer = items[:, j]
        w = np.where(answer > 0, weights, 0.0)
        item_weight[:, j] = np.bincount(domain, w, minlength=c)
        item_sum[:, j] = np.bincount(domain, w * value[np.maximum(answer, 0)], minlength=c)
    counted = weights > 0
    squares: FloatArray = weights**2
    item_score = _ratio(item_sum, item_weight)
    rated = item_weight > 0
    return GroupScores(
        item_score=item_score,
        item_weight=item_weight,
        score=_ratio(
            np.where(rated, coefficients * np.nan_to_num(item_score), 0).sum(axis=1),
            np.where(rated, coefficients, 0).sum(axis=1),
        ),
        n=np.bincount(domain[counted], minlength=c),
        sum_weights=np.bincount(domain, weights, minlength=c).astype(np.float64),
        sum_squares=np.bincount(domain, squares, minlength=c).astype(np.float64),
    )


def awareness(
    *,
    items: NDArray[np.int8],
    returned: BoolArray,
    domain: IndexArray,
    coefficients: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Share of returned answers that rated: by item (c, k), and by coefficients (c,).

    ``returned`` (n,) marks the sheets in the denominator: those that count and those that
    know nothing of the unit at all (V05). Unweighted, since the latter carry no weight.
    """
    c, k = coefficients.shape
    n = np.bincount(domain[returned], minlength=c).astype(np.float64)
    rated = np.zeros((c, k))
    for j in range(k):
        rated[:, j] = np.bincount(domain[returned & (items[:, j] > 0)], minlength=c)
    by_item = _ratio(rated, np.repeat(n[:, None], k, axis=1))
    return by_item, (by_item * coefficients).sum(axis=1) / coefficients.sum(axis=1)


def influence(
    *,
    items: NDArray[np.int8],
    points: Sequence[float],
    item_score: FloatArray,
    item_weight: FloatArray,
    coefficients: FloatArray,
) -> FloatArray:
    """Influence of each response of one domain on the domain's group score, shape (n,).

    z_i = sum_j c_j 1(i rated j)(y_ij - m_j) / W_j / sum_j c_j over the items somebody rated;
    its weighted sum is zero.
    """
    value = np.asarray(points, dtype=np.float64)
    rated = (items > 0) & (item_weight > 0)
    scale = np.where(item_weight > 0, coefficients, 0.0)
    if not rated.any():
        return np.zeros(items.shape[0])
    scale = scale / scale.sum() / np.where(item_weight > 0, item_weight, 1.0)
    deviation = value[np.maximum(items, 0)] - np.nan_to_num(item_score)
    return np.asarray(np.where(rated, deviation * scale, 0.0).sum(axis=1))


def unit_scores(
    *,
    group_score: FloatArray,
    n_valid: IndexArray,
    min_valid: IndexArray,
    coefficients: FloatArray,
    min_covered: float,
) -> UnitScores:
    """Combine the groups that reached their minimum.

    Parameters
    ----------
    group_score : ndarray of float64, shape (u, g)
    n_valid : ndarray of intp, shape (u, g)
    min_valid : ndarray of intp, shape (g,)
    coefficients : ndarray of float64, shape (u, g)
        Group coefficients of each unit's class.
    min_covered : float
        Percent of the coefficients that must be covered for a score to be published.

    Returns
    -------
    UnitScores
        A group below its minimum leaves its coefficient to the others in proportion.
    """
    used = (n_valid >= min_valid) & np.isfinite(group_score) & (coefficients > 0)
    kept = np.where(used, coefficients, 0.0)
    total = kept.sum(axis=1)
    share = np.nan_to_num(_ratio(kept, np.repeat(total[:, None], kept.shape[1], axis=1)))
    score = np.where(total > 0, (share * np.nan_to_num(group_score)).sum(axis=1), np.nan)
    percent = 100 * total / coefficients.sum(axis=1)
    return UnitScores(
        score=score,
        share=share,
        group_weight_used=percent,
        covered=(total > 0) & (percent >= min_covered - 1e-9),
    )


def class_columns(codes: Sequence[str]) -> FloatArray:
    """Return a constant and, centred, one column for each further class, shape (u, q)."""
    further = list(dict.fromkeys(codes))[1:]
    columns = [np.ones(len(codes))]
    for code in further:
        here = np.array([other == code for other in codes], dtype=np.float64)
        columns.append(here - here.mean())
    return np.stack(columns, axis=1)


def _ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    out = np.full_like(numerator, np.nan)
    np.divide(numerator, denominator, out=out, where=denominator > 0)
    return out


def round_half_up(value: float | Decimal | Fraction, *, digits: int) -> Decimal:
    """Round 四舍五入, half away from zero, in decimal.

    Notes
    -----
    ``Decimal`` and ``Fraction`` are rounded as they are. A float is first brought to ten
    decimals, which removes the noise of binary sums: 86.435 is stored as 86.4349999…, yet is
    86.435 in the plan's arithmetic and rounds to 86.44; Python's ``round`` gives 59.99 for
    59.995.
    """
    place = Decimal(1).scaleb(-digits)
    if isinstance(value, Fraction):
        # Exact: an integer division, the remainder decides.
        scaled = abs(value) * 10**digits
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return (Decimal(whole if value >= 0 else -whole) * place).quantize(place)
    exact = value if isinstance(value, Decimal) else _without_noise(value)
    return exact.quantize(place, rounding=ROUND_HALF_UP)


def _without_noise(value: float) -> Decimal:
    return Decimal(value).quantize(_NOISE, rounding=ROUND_HALF_EVEN)


def competition_ranks(scores: Sequence[Decimal]) -> list[int]:
    """Rank published scores, best first: equal scores share a rank, the next is skipped."""
    return [1 + sum(other > score for other in scores) for score in scores]


def grade_of(score: Decimal, bands: Sequence[GradeBand]) -> GradeBand:
    """Return the best grade whose minimum the published score reaches."""
    reached = [band for band in bands if score >= Decimal(repr(band.minimum))]
    return max(reached, key=lambda band: band.minimum)


def grades_within(
    lower: Decimal, upper: Decimal, bands: Sequence[GradeBand]
) -> tuple[GradeBand, ...]:
    """Return the grades a score may earn that lies between two bounds, best first.

    More than one says that the grade is uncertain: the interval crosses a band. A bound that
    just reaches a minimum earns that grade, as a score would.
    """
    worst, best = grade_of(lower, bands), grade_of(upper, bands)
    crossed = [band for band in bands if worst.minimum <= band.minimum <= best.minimum]
    return tuple(sorted(crossed, key=lambda band: band.minimum, reverse=True))


def points_of(
    score: Decimal, *, rank: int, best: Decimal, conversion: ConversionPlan, digits: int
) -> Decimal:
    """Convert a published score to points of the total, in exact fractions.

    Parameters
    ----------
    score : Decimal
        Published score of the unit.
    rank : int
        Its rank within the class.
    best : Decimal
        Best published score of the class.
    conversion : ConversionPlan
        direct: score / 100 * full; ratio_to_best: score / best * full;
        rank_step: full * (1 - step * (rank - 1)), never below zero.
    digits : int
        Decimals of the result.
    """
    full = Fraction(repr(conversion.full_points))
    if conversion.method == "direct":
        points = Fraction(score) / 100 * full
    elif conversion.method == "ratio_to_best":
        points = Fraction(score) / Fraction(best) * full if best else Fraction(0)
    else:
        points = full * (1 - Fraction(repr(conversion.step)) * (rank - 1))
    return round_half_up(max(points, Fraction(0)), digits=digits)
