"""Puts what false answers could mean, and what holds the scores, into figures and notices."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains
from survey.stats.campaign.doubt_figures import RobustnessFigure
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.class_places import ClassPlace
from survey.stats.pipeline.holding.protection import Protection
from survey.stats.ranking.robustness import SHARES, false_answer_bounds, share_to_change_tier


def robustness_figures(
    domains: CampaignDomains,
    places: tuple[ClassPlace | None, ...],
    protection: Protection,
    leaked: FloatArray,
) -> tuple[RobustnessFigure, ...]:
    """Return the figures of every published unit, in the plan's order.

    ``leaked`` (u, shares) are the points by which its score would be lower without its best
    invited answers.
    """
    scale = domains.scale
    worst, best = scale.lowest, scale.highest
    published = [(u, place) for u, place in enumerate(places) if place is not None]
    # Rounding to the published digits can pass the end of the scale.
    score = np.clip([float(place.score) for _, place in published], worst, best)
    bounds = false_answer_bounds(score=score, worst=worst, best=best)
    needed = _needed(domains, published, score)
    return tuple(
        RobustnessFigure(
            unit_code=domains.units[u].unit_code,
            unreferenced_share=float(protection.unreferenced_share[u]),
            ranked=bool(protection.ranked[u]),
            shares=SHARES,
            lower=_row(bounds.lower[i]),
            upper=_row(bounds.upper[i]),
            raised=_row(bounds.raised[i] * protection.unreferenced_share[u]),
            lowered=_row(bounds.lowered[i] * protection.unreferenced_share[u]),
            share_to_change_tier=needed.get(u),
            leaked=_row(leaked[u]),
        )
        for i, (u, _standing) in enumerate(published)
    )


def _needed(
    domains: CampaignDomains, published: list[tuple[int, ClassPlace]], score: FloatArray
) -> dict[int, float]:
    """Return for each ranked unit the false share that would change its tier."""
    scale = domains.scale
    out: dict[int, float] = {}
    for position in np.unique(domains.class_of):
        members = [
            (i, u, place.tier)
            for i, (u, place) in enumerate(published)
            if domains.class_of[u] == position and place.tier is not None
        ]
        shares = share_to_change_tier(
            score=score[[i for i, _, _ in members]],
            tier=np.array([tier for _, _, tier in members], dtype=np.intp),
            worst=scale.lowest,
            best=scale.highest,
        )
        out |= {u: float(share) for (_, u, _), share in zip(members, shares, strict=True)}
    return out


def protection_notices(
    domains: CampaignDomains,
    protection: Protection,
    *,
    published: BoolArray,
) -> tuple[AppraisalNotice, ...]:
    """Say of which published units the open box could move the score at will."""
    return tuple(
        AppraisalNotice(
            unit_code=domains.units[u].unit_code,
            group_code="",
            notice=_unprotected(
                float(protection.unheld_weight[u]),
                open_part=float(protection.unreferenced_share[u]),
                width=domains.scale.width,
                allowed=protection.allowed,
                ranked=bool(protection.ranked[u]),
            ),
        )
        for u in np.flatnonzero(protection.unprotected & published)
    )


def _unprotected(
    part: float, *, open_part: float, width: float, allowed: float, ranked: bool
) -> Notice:
    points = tuple(share * open_part * width for share in SHARES)
    if ranked:
        return Notice(
            "ranked_unprotected", part=part, allowed=allowed, shares=SHARES, points=points
        )
    return Notice("not_ranked", part=part, allowed=allowed, shares=SHARES, points=points)


def _row(values: FloatArray) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
