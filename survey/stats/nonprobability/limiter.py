"""A bound on what any attack on the open channel can do to a score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.scipy_calls import stdtr

_HALVINGS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Limited:
    """Scores held near the invited sample's.

    Attributes
    ----------
    score : ndarray of float64, shape (u,)
    se : ndarray of float64, shape (u,)
        Root of the posterior mean squared error of ``score``.
    half_width : ndarray of float64, shape (u,)
        score +- half_width holds the truth with the given posterior probability.
    hit : ndarray of bool, shape (u,)
        Where the limit changed the score.
    """

    score: FloatArray
    se: FloatArray
    half_width: FloatArray
    hit: BoolArray


def limit(
    *,
    score: FloatArray,
    se: FloatArray,
    reference_score: FloatArray,
    reference_se: FloatArray,
    reach: float = 0.5,
    confidence: float = 0.95,
    df: FloatArray | float = np.inf,
) -> Limited:
    """Hold each score within ``reach`` standard errors of what the invited answers alone say.

    Parameters
    ----------
    score, se : ndarray of float64, shape (u,)
        Posterior mean and SD with the open answers.
    reference_score, reference_se : ndarray of float64, shape (u,)
        Computed without any open answer. NaN or an infinite error: nothing to hold to, the
        score passes as it is.
    reach : float
        Zero or more.
    confidence : float
        In (0, 1).
    df : ndarray of float64, shape (u,), or float
        Degrees of freedom the variance of the invited mean was estimated with.

    Returns
    -------
    Limited

    Notes
    -----
    Bound: whatever is written into the open channel, |score - reference_score| <= reach *
    reference_se, and neither number on the right depends on it. So two campaigns that differ in
    the open answers alone differ by at most 2 * reach * reference_se in any score: one standard
    error at the default. The price is exact too: with a reference error of N(0, reference_se^2)
    no estimator within the limit has a root mean squared error below 0.65 reference_se (for
    reach 0.5), however many honest open answers there are.

    The interval is the one about the limited score that holds the posterior (Student's t about
    score with scale se) with the confidence asked for, so limiting widens it and never makes it
    too narrow.

    After the influence limiter of Resnick, P. and Sami, R. (2007),
    doi:10.1145/1297231.1297236.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import limit
    >>> held = limit(
    ...     score=np.array([80.0, 72.0]),
    ...     se=np.ones(2),
    ...     reference_score=np.array([72.0, 71.0]),
    ...     reference_se=np.full(2, 4.0),
    ... )
    >>> held.score, held.hit
    (array([74., 72.]), array([ True, False]))
    """
    room = np.where(
        np.isfinite(reference_se) & np.isfinite(reference_score), reach * reference_se, np.inf
    )
    centre = np.where(np.isfinite(reference_score), reference_score, 0.0)
    held = np.clip(score, centre - room, centre + room)
    moved = score - held
    return Limited(
        score=held,
        se=np.hypot(se, moved),
        half_width=_half_width(se, np.abs(moved), confidence, df),
        hit=moved != 0,
    )


def _half_width(
    se: FloatArray, moved: FloatArray, confidence: float, df: FloatArray | float
) -> FloatArray:
    """Solve F((h - d)/s) - F((-h - d)/s) = confidence for h by bisection."""
    scale = np.where(se > 0, se, 1.0)
    low, high = moved.copy(), moved + 100 * scale
    for _ in range(_HALVINGS):
        h = (low + high) / 2
        held = stdtr(df, (h - moved) / scale) - stdtr(df, (-h - moved) / scale)
        low, high = np.where(held >= confidence, low, h), np.where(held >= confidence, h, high)
    return np.where(se > 0, high, moved)
