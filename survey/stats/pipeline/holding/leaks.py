"""How much lower scores would be had a unit's own people given its best invited answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.campaign.scoring import group_scores
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.quality import response_scores
from survey.stats.pipeline.small_areas import SmallAreaEstimates, borrowed
from survey.stats.pipeline.weighted import Weighted
from survey.stats.ranking.robustness import weight_left

if TYPE_CHECKING:
    from survey.stats.pipeline.holding.lending import LentScores


def leaked_points(
    domains: CampaignDomains,
    weighted: Weighted,
    combined: tuple[CombinedGroup, ...],
    shown: Scored,
    shares: tuple[float, ...],
    *,
    limit: float | None,
    assistance: SmallAreaEstimates | None,
    lent: LentScores | None = None,
) -> FloatArray:
    """Leave out the best invited answers of every group and say what that does to the scores.

    Parameters
    ----------
    domains : CampaignDomains
    weighted : Weighted
        How each group's answers were weighted; weights stay as they are.
    combined : tuple of CombinedGroup
    shown : Scored
        As published.
    shares : tuple of float in [0, 1)
        Of the invited answers' weight, the same in every group of a unit.
    limit : float or None
        Of combined scores, in standard errors of the invited answers.
    assistance : SmallAreaEstimates or None
        If a model assisted what is published.
    lent : LentScores, optional
        If groups borrowed from one another: each then follows the others, too.

    Returns
    -------
    ndarray of float64, shape (u, shares)
        Points, zero or more; zero where no invited answer counts.

    Notes
    -----
    A combined score follows its invited answers by one minus ``open_share``, and by all of what
    brings them out of the limit's reach. What other units lend a score (small areas) stays.
    """
    shape, mine = domains.shape, domains.invited
    weights = weights_that_tell(domains, weighted, combined)
    value, usual = response_scores(domains), _scores(domains, weights)
    out = np.zeros((shape[0], len(shares)))
    for column, share in enumerate(shares):
        left = weights.copy()
        for domain in weighted.weighting:
            rows = domains.rows[domain][mine[domains.rows[domain]]]
            left[rows] = weight_left(value=value[rows], weights=weights[rows], share=share)
        drop = np.maximum(np.nan_to_num(usual - _scores(domains, left)), 0.0)
        lower = drop if lent is None else np.einsum("ugh,uh->ug", lent.follows, drop)
        for entry in combined:
            here = entry.units, entry.group
            lower[here] = _follows(entry, drop[here], lower[here], limit)
        out[:, column] = np.maximum((shown.units.share * lower).sum(axis=1), 0.0)
    return out * (1 - borrowed(assistance, shape[0]))[:, None]


def weights_that_tell(
    domains: CampaignDomains, weighted: Weighted, combined: tuple[CombinedGroup, ...]
) -> FloatArray:
    """Return the weight (n,) of each answer in its group's own mean.

    Open answers have none where they were combined with invited ones: what both say together was
    measured by the latter.
    """
    held, weights = (np.zeros(domains.shape, np.bool_), np.zeros(domains.sample.n_responses))
    for entry in combined:
        held[entry.units, entry.group] = True
    for domain, how in weighted.weighting.items():
        weights[domains.rows[domain]] = how.weights
    weights[held.reshape(-1)[domains.domain] & ~domains.invited] = 0.0
    return weights


def _scores(domains: CampaignDomains, weights: FloatArray) -> FloatArray:
    return group_scores(
        items=domains.sample.items, points=domains.points, weights=weights, domain=domains.domain,
        coefficients=domains.item_coefficients,
    ).score.reshape(domains.shape)  # fmt: skip


def _follows(
    entry: CombinedGroup, drop: FloatArray, lower: FloatArray, limit: float | None
) -> FloatArray:
    """Return by how much combined scores fall if their invited answers do by ``drop``.

    ``lower`` is by how much what they are held to falls.
    """
    reach = np.inf if limit is None else limit
    room = reach * np.sqrt(entry.reference.variance)
    held_to = entry.reference_only - lower
    moved = entry.combination.score - (1 - entry.combination.open_share) * drop
    return np.asarray(entry.limited.score - np.clip(moved, held_to - room, held_to + room))
