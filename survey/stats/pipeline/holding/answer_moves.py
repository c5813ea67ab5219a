"""By how much a single invited answer can move its unit's score, were it false."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMoves:
    """Points by which a score can be too high or too low if an answer is false.

    Attributes
    ----------
    raises, lowers : ndarray of float64, shape (n,)
        Zero or more: what the answer is above the worst, and below the best, times its weight in
        the score of its unit; zero for open answers and for those that do not count.
    """

    raises: FloatArray
    lowers: FloatArray


def answer_moves(
    domains: CampaignDomains, *, weights: FloatArray, share: FloatArray
) -> AnswerMoves:
    """Replace each invited answer by the worst and by the best one, all else as it is.

    Parameters
    ----------
    domains : CampaignDomains
    weights : ndarray of float64, shape (n,)
        Of each answer in its group's own mean.
    share : ndarray of float64, shape (u, g)
        Part each group has in its unit's score.

    Returns
    -------
    AnswerMoves

    Notes
    -----
    Points y of item j count share * c_j w / W_j, c the coefficients of the items somebody rated
    and W_j the weights behind item j: exact for means, whatever else is false, since who stands in
    for the false one has the same weights and rates the same items. What combines, limits or
    draws group means together follows them by no more than they move. Slopes, the leniency
    of raters and the bias of open answers, which rest on all units, are held fixed.
    """
    items, domain = domains.sample.items, domains.domain
    points = np.asarray(domains.points, dtype=np.float64)[np.maximum(items, 0)]
    behind = np.zeros_like(domains.item_coefficients)
    for j in range(items.shape[1]):
        behind[:, j] = np.bincount(
            domain, np.where(items[:, j] > 0, weights, 0.0), minlength=behind.shape[0]
        )
    part = np.where(behind > 0, domains.item_coefficients, 0.0)
    whole = part.sum(axis=1, keepdims=True)
    np.divide(part, whole, out=part, where=whole > 0)
    np.divide(part, behind, out=part, where=behind > 0)
    own = np.where(domains.invited, weights * share.reshape(-1)[domain], 0.0)
    counts = np.where(items > 0, part[domain], 0.0) * own[:, None]
    scale = domains.scale
    return AnswerMoves(
        raises=(counts * (points - scale.lowest)).sum(axis=1),
        lowers=(counts * (scale.highest - points)).sum(axis=1),
    )
