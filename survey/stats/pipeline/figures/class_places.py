"""Where the published units stand in their class: score, rank, rank set, tier, grade, points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.plan import GradeBand, PublicationPlan
from survey.stats.campaign.scoring import competition_ranks, grade_of, points_of, round_half_up
from survey.stats.ranking.rank_sets import rank_sets, tiers


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPlace:
    """The published figures of one unit that depend on its class.

    Rank, rank set and tier are None where a unit is published without a rank, points where
    they would need one.
    """

    score: Decimal
    rank: int | None
    rank_lower: int | None
    rank_upper: int | None
    tier: int | None
    grade: GradeBand
    points: Decimal | None


def place_in_class(
    *,
    class_of: IndexArray,
    wanted: PublicationPlan,
    estimate: FloatArray,
    covariance: FloatArray,
    ranked: BoolArray,
) -> tuple[ClassPlace | None, ...]:
    """Rank the units within their classes.

    Parameters
    ----------
    class_of : ndarray of intp, shape (u,)
        Place of each unit's class among the plan's classes.
    wanted : PublicationPlan
    estimate : ndarray of float64, shape (u,)
        Unit scores before rounding; NaN is not published.
    covariance : ndarray of float64, shape (u, u)
        Of the scores.
    ranked : ndarray of bool, shape (u,)
        Units that may have a rank. The others are left out of the ranks of their class, and
        their scores never are the best that points are measured by.

    Returns
    -------
    tuple of ClassPlace or None
        In the plan's order; None where no score is published.

    Notes
    -----
    Rank, grade and points follow the published (rounded) score, rank sets and tiers the
    estimate behind it. Each class draws from its own generator (seed and place of the class),
    so one class does not move the sets of another.
    """
    out: list[ClassPlace | None] = [None] * class_of.size
    for position in map(int, np.unique(class_of)):
        published = np.flatnonzero((class_of == position) & np.isfinite(estimate)).tolist()
        members = [index for index in published if ranked[index]]
        best = None
        if members:
            rng = np.random.default_rng([wanted.seed, position])
            places = _within(wanted, estimate[members], covariance[np.ix_(members, members)], rng)
            best = max(place.score for place in places)
            for index, place in zip(members, places, strict=True):
                out[index] = place
        for index in published:
            if not ranked[index]:
                out[index] = _unranked(wanted, float(estimate[index]), best)
    return tuple(out)


def _unranked(wanted: PublicationPlan, estimate: float, best: Decimal | None) -> ClassPlace:
    score = round_half_up(estimate, digits=wanted.digits)
    method = wanted.conversion.method
    points = None
    if method == "direct" or (method == "ratio_to_best" and best is not None):
        capped = score if best is None or method == "direct" else min(score, best)
        points = points_of(
            capped, rank=1, best=best or score, conversion=wanted.conversion, digits=wanted.digits
        )
    return ClassPlace(
        score=score, rank=None, rank_lower=None, rank_upper=None, tier=None,
        grade=grade_of(score, wanted.grades), points=points,
    )  # fmt: skip


def _within(
    wanted: PublicationPlan,
    estimate: FloatArray,
    covariance: FloatArray,
    rng: np.random.Generator,
) -> list[ClassPlace]:
    scores = [round_half_up(float(value), digits=wanted.digits) for value in estimate]
    ranks = competition_ranks(scores)
    best = max(scores)
    sets = rank_sets(
        # Without the noise of sums: of two units whose answers were all alike none is ahead.
        scores=np.round(estimate, 10),
        covariance=covariance,
        rng=rng,
        confidence=wanted.confidence,
        draws=wanted.rank_draws,
    )
    tier = tiers(sets)
    return [
        ClassPlace(
            score=score,
            rank=rank,
            # Rounding can tie what the estimates order; the set always holds the rank shown.
            rank_lower=min(int(sets.lower[i]), rank),
            rank_upper=max(int(sets.upper[i]), rank),
            tier=int(tier[i]),
            grade=grade_of(score, wanted.grades),
            points=points_of(
                score, rank=rank, best=best, conversion=wanted.conversion, digits=wanted.digits
            ),
        )
        for i, (score, rank) in enumerate(zip(scores, ranks, strict=True))
    ]
