"""By how much a single invited answer can move its unit's score, were it false."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains

_AT_ONCE = 50_000  # answers: a million times all items, many times over, is much memory


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
    moves = AnswerMoves(raises=np.empty(own.size), lowers=np.empty(own.size))
    for start in range(0, own.size, _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        rated = np.where(items[some] > 0, part[domain[some]], 0.0)
        _move(moves, some, domains, rated * own[some, None])
    return moves


def _move(moves: AnswerMoves, some: slice, domains: CampaignDomains, counts: FloatArray) -> None:
    """Fill in some answers, ``counts`` (n, j) what a point of each item is in the score."""
    items, scale = domains.sample.items[some], domains.scale
    points = np.asarray(domains.points, dtype=np.float64)[np.maximum(items, 0)]
    moves.raises[some] = (counts * (points - scale.lowest)).sum(axis=1)
    moves.lowers[some] = (counts * (scale.highest - points)).sum(axis=1)
