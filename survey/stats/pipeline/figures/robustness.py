"""Puts what false answers could mean, and what holds the scores, into figures and notices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalNotice, RobustnessFigure
from survey.stats.pipeline.class_places import Standing
from survey.stats.pipeline.protection import Protection
from survey.stats.ranking.robustness import SHARES, false_answer_bounds, share_to_change_tier

FloatArray = NDArray[np.float64]


def robustness_figures(
    plan: Plan, standings: tuple[Standing | None, ...], protection: Protection
) -> tuple[RobustnessFigure, ...]:
    """Return the figures of every published unit, in the plan's order."""
    worth = plan.points[1:]
    worst, best = min(worth), max(worth)
    published = [(u, standing) for u, standing in enumerate(standings) if standing is not None]
    # Rounding to the published digits can pass the end of the scale.
    score = np.clip([float(standing.score) for _, standing in published], worst, best)
    bounds = false_answer_bounds(score=score, worst=worst, best=best)
    needed = _needed(plan, published, score)
    return tuple(
        RobustnessFigure(
            unit_code=plan.units[u].unit_code,
            bare=float(protection.bare[u]),
            ranked=bool(protection.ranked[u]),
            shares=SHARES,
            lower=_row(bounds.lower[i]),
            upper=_row(bounds.upper[i]),
            raised=_row(bounds.raised[i] * protection.bare[u]),
            lowered=_row(bounds.lowered[i] * protection.bare[u]),
            share_to_change_tier=needed.get(u),
        )
        for i, (u, _standing) in enumerate(published)
    )


def _needed(
    plan: Plan, published: list[tuple[int, Standing]], score: FloatArray
) -> dict[int, float]:
    """Return for each ranked unit the false share that would change its tier."""
    worth = plan.points[1:]
    out: dict[int, float] = {}
    for entry in plan.classes:
        members = [
            (i, u, standing.tier)
            for i, (u, standing) in enumerate(published)
            if plan.units[u].class_code == entry.class_code and standing.tier is not None
        ]
        shares = share_to_change_tier(
            score=score[[i for i, _, _ in members]],
            tier=np.array([tier for _, _, tier in members], dtype=np.intp),
            worst=min(worth),
            best=max(worth),
        )
        out |= {u: float(share) for (_, u, _), share in zip(members, shares, strict=True)}
    return out


def protection_notices(
    plan: Plan, protection: Protection, *, published: NDArray[np.bool_]
) -> tuple[AppraisalNotice, ...]:
    """Say of which published units the open box could move the score at will."""
    worth = plan.points[1:]
    width = max(worth) - min(worth)
    return tuple(
        AppraisalNotice(
            unit_code=plan.units[u].unit_code,
            group_code="",
            code="ranked_unprotected" if protection.ranked[u] else "not_ranked",
            message=(
                f"{100 * protection.bare[u]:.0f} % of the score rest on open answers no invited"
                f" answer holds, more than {100 * plan.debiasing.unprotected_share:g} %: if 5, 10"
                " or 20 % of their weight were false, the score could have moved by up to "
                f"{_moved(0.05 * protection.bare[u] * width)},"
                f" {_moved(0.1 * protection.bare[u] * width)} or"
                f" {_moved(0.2 * protection.bare[u] * width)} points"
                + ("" if protection.ranked[u] else "; it is published without a rank")
            ),
        )
        for u in np.flatnonzero(protection.unprotected & published)
    )


def _moved(points: float) -> str:
    return f"{points:.1f}"


def _row(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
