"""How far answers that should not count could have moved a score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError

SHARES = (0.05, 0.10, 0.20)


class RobustnessError(StatsError):
    """Scores or shares outside their range."""

    code = "robustness_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseAnswers:
    """What a share of false answers could mean, per unit and share.

    Attributes
    ----------
    shares : tuple of float
        Shares of the *weight*, not of the answers: calibration may give an attacker who claims
        rare cells more weight than his numbers.
    lower, upper : ndarray of float64, shape (u, shares)
        The honest score lies here whatever the false answers were.
    raised, lowered : ndarray of float64, shape (u, shares)
        Points by which so many answers at the best and at the worst mark would have moved an
        honest score that equals the unit's.
    """

    shares: tuple[float, ...]
    lower: FloatArray
    upper: FloatArray
    raised: FloatArray
    lowered: FloatArray


def false_answer_bounds(
    *,
    score: FloatArray,
    shares: tuple[float, ...] = SHARES,
    worst: float = 0.0,
    best: float = 100.0,
) -> FalseAnswers:
    """Bound the honest score if up to a given share of the weight is false.

    Parameters
    ----------
    score : ndarray of float64, shape (u,)
        Weighted means in [worst, best].
    shares : tuple of float in [0, 1)
    worst, best : float
        Ends of the scale.

    Notes
    -----
    score = (1 - e) honest + e false with false in [worst, best]; so honest lies in
    [(score - e best) / (1 - e), (score - e worst) / (1 - e)], cut to the scale. No estimator
    that sees these answers alone can promise more.

    References
    ----------
    Horowitz, J. L. and Manski, C. F. (1995), Econometrica 63, 281-302. doi:10.2307/2951627

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import false_answer_bounds
    >>> found = false_answer_bounds(score=np.array([80.0]), shares=(0.1,))
    >>> found.lower.round(2), found.upper.round(2)
    (array([[77.78]]), array([[88.89]]))
    """
    _check(score, worst, best)
    if any(not 0 <= share < 1 for share in shares):
        raise RobustnessError("false_share")
    e = np.asarray(shares, dtype=np.float64)
    m = score[:, None]
    return FalseAnswers(
        shares=shares,
        lower=np.maximum((m - e * best) / (1 - e), worst),
        upper=np.minimum((m - e * worst) / (1 - e), best),
        raised=e * (best - m),
        lowered=e * (m - worst),
    )


def share_to_reach(
    *,
    score: FloatArray,
    target: FloatArray,
    worst: float = 0.0,
    best: float = 100.0,
) -> FloatArray:
    """Return the share of false weight that would hide an honest score of ``target``.

    Parameters
    ----------
    score, target : ndarray of float64, same shape
        Observed scores; honest scores asked about.

    Returns
    -------
    ndarray of float64
        In [0, 1]: (score - target) / (best - target) if the target is lower,
        (target - score) / (target - worst) if it is higher.
    """
    _check(score, worst, best)
    _check(target, worst, best)
    gap = score - target
    room = np.where(gap > 0, best - target, target - worst)
    return np.abs(gap) / np.where(gap == 0, 1.0, room)


def share_to_change_tier(
    *,
    score: FloatArray,
    tier: NDArray[np.integer],
    worst: float = 0.0,
    best: float = 100.0,
) -> FloatArray:
    """Return the share of false weight in a unit that could have put it in a wrong tier.

    Parameters
    ----------
    score : ndarray of float64, shape (u,)
    tier : ndarray of int, shape (u,)
        Tier of each unit of one class.

    Returns
    -------
    ndarray of float64, shape (u,)
        The smallest share with which the unit's honest score could equal the score of a unit of
        another tier; 1 if there is no other tier.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import share_to_change_tier
    >>> share_to_change_tier(score=np.array([90.0, 80.0]), tier=np.array([1, 2])).round(3)
    array([0.5  , 0.111])
    """
    _check(score, worst, best)
    if tier.shape != score.shape:
        raise RobustnessError("lengths")
    rows = np.repeat(score[:, None], score.size, axis=1)
    needed = share_to_reach(score=rows, target=rows.T, worst=worst, best=best)
    other = tier[:, None] != tier[None, :]
    return np.asarray(np.where(other, needed, 1.0).min(axis=1, initial=1.0))


def weight_left(*, value: FloatArray, weights: FloatArray, share: float) -> FloatArray:
    """Take a share of the weight away, the best answers first.

    Parameters
    ----------
    value : ndarray of float64, shape (n,)
        What each answer is worth; those without a value (nan) keep their weight and are in no base.
    weights : ndarray of float64, shape (n,)
        Zero or more.
    share : float in [0, 1)

    Returns
    -------
    ndarray of float64, shape (n,)
        Answers of one value keep the same part of their weight, in whatever order they stand.

    Notes
    -----
    If a share e of the weight was false, whoever gave it and whatever it said, the mean of what is
    left here is the lowest the honest mean can be: Horowitz and Manski's (1995,
    doi:10.2307/2951627) bound under contaminated sampling, at the answers that were really given.
    Where e of them are at the best mark it is (mean - e best) / (1 - e), as in
    ``false_answer_bounds``; where fewer are, it is nearer to the mean.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.ranking import weight_left
    >>> weight_left(value=np.array([60.0, 100.0, 80.0, 100.0]), weights=np.ones(4), share=0.25)
    array([1. , 0.5, 1. , 0.5])
    """
    if not 0 <= share < 1:
        raise RobustnessError("false_share")
    known = np.isfinite(value)
    _, kind = np.unique(-value[known], return_inverse=True)
    total = np.bincount(kind, weights[known]).astype(np.float64)
    left = np.clip(np.cumsum(total) - share * total.sum(), 0.0, total)
    part = np.divide(left, total, out=np.ones_like(total), where=total > 0)
    out = np.array(weights, dtype=np.float64)
    out[known] *= part[kind]
    return out


def _check(score: FloatArray, worst: float, best: float) -> None:
    if not worst < best:
        raise RobustnessError("marks")
    if not ((score >= worst) & (score <= best)).all():
        raise RobustnessError("scores", worst=worst, best=best)
