"""A bet against “false answers move the sum by more than d”, draw after draw, and what it won.

Whoever bets against a true statement, by odds that are fair to it, multiplies his stake by 1/risk
with a chance of at most the risk, however long he plays and whenever he stops (Ville 1939).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.callbacks.called import CalledAnswers, InvitedFrame

# Parts of the stake that are bet at once, the same money on each. Close to one wins fastest while
# nothing false turns up; the others live on when something does.
FRACTIONS = np.array([0.65, 0.8, 0.9, 0.96, 1.0])
_STEPS = 40  # halvings of the range a bound is looked for in


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """What was found at each draw that reached somebody, t of them.

    Attributes
    ----------
    loss : ndarray of float64, shape (t,)
        Points the answer moves the sum by, over its size: zero for a person's own.
    left : ndarray of float64, shape (t,)
        Sum of the sizes that had not been drawn before.
    found : ndarray of float64, shape (t,)
        Points found before.
    left_after, found_after : float
        The same after the last draw.
    largest : float
        The most that a loss can be.
    """

    loss: FloatArray
    left: FloatArray
    found: FloatArray
    left_after: float
    found_after: float
    largest: float


def draws_of(frame: InvitedFrame, calls: CalledAnswers, moves: FloatArray) -> Draws:
    """Return the draws that reached somebody; ``moves`` (N,) are points of each answer."""
    size = frame.size[calls.place]
    gone = np.concatenate([[0.0], np.cumsum(size)])
    points = np.where(calls.false, moves[calls.place], 0.0)
    found = np.concatenate([[0.0], np.cumsum(points)])
    left = np.maximum(frame.size.sum() - gone, 0.0)
    if calls.place.size == frame.size.size:
        left[-1] = 0.0  # all were drawn, whatever sums in floating point leave over
    here = calls.reached
    return Draws(
        loss=(points / size)[here],
        left=left[:-1][here],
        found=found[:-1][here],
        left_after=float(left[-1]),
        found_after=float(found[-1]),
        largest=float((moves / frame.size).max(initial=0.0)),
    )


def growth(draws: Draws, most: float) -> FloatArray:
    """Return the logarithm of each stake after every draw, shape (fractions, t).

    Parameters
    ----------
    draws : Draws
    most : float
        The points d, zero or more, that the sum is said to exceed.

    Notes
    -----
    Were the sum of all false answers above d, the next loss were at least
    (d - found) / left on average, so that b = 1 - loss / largest, in [0, 1], had a mean of
    mu = 1 - (d - found) / (left * largest) at most: the bet 1 + lambda (b - mu) with
    lambda = c / mu is fair, or worse. With c fixed it is 1 - c + c b / mu, never below zero and
    the larger the larger d is.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = 1 - (most - draws.found) / (draws.left * draws.largest)
        kept = 1 - draws.loss / draws.largest
        won = 1 - FRACTIONS[:, None] + FRACTIONS[:, None] * kept / mean
        # Not enough is left for the sum to exceed d: the statement is refuted outright.
        won[:, (mean <= 0) | np.isnan(mean)] = np.inf
        logs = np.cumsum(np.log(won), axis=1)
    refuted = np.logical_or.accumulate(np.isposinf(won), axis=1)
    return np.where(refuted, np.inf, logs)


def wealth(draws: Draws, most: float) -> float:
    """Return the most that a stake of one ever grew to; infinite where the sum cannot exceed d."""
    if most - draws.found_after >= draws.left_after * draws.largest:
        return np.inf
    if not draws.loss.size:
        return 1.0
    return max(1.0, float(np.exp(growth(draws, most)).mean(axis=0).max()))


def upper_bound(draws: Draws, *, whole: float, risk: float) -> float:
    """Return the smallest sum that is refuted at this risk, whenever one looks.

    Parameters
    ----------
    draws : Draws
    whole : float
        The sum if every answer were false.
    risk : float in (0, 1)

    Returns
    -------
    float
        Between what was found and ``whole``; the wealth grows with the sum, so that all above it
        are refuted too.
    """
    low, high = draws.found_after, max(whole, draws.found_after)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if wealth(draws, middle) * risk >= 1:
            high = middle
        else:
            low = middle
    return high
