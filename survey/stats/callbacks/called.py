"""The invited answers of a unit, what each of them can do to its score, and whom calls reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.errors import StatsError


class CalledError(StatsError):
    """Answers and calls that do not fit each other."""

    code = "calls_do_not_fit"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedFrame:
    """The invited answers of a unit, all of which may be drawn: one row each, N of them.

    Attributes
    ----------
    raises, lowers : ndarray of float64, shape (N,)
        Points, zero or more, by which the unit's score can be too high, or too low, if this
        answer is false: what it is above the worst, or below the best, answer there is, times its
        weight in the score. Zero for one that does not count.
    size : ndarray of float64, shape (N,)
        Above zero: each draw takes one of those left with chances in proportion to it.
    """

    raises: FloatArray
    lowers: FloatArray
    size: FloatArray

    def __post_init__(self) -> None:
        shapes = {self.raises.shape, self.lowers.shape, self.size.shape}
        if len(shapes) != 1 or self.raises.ndim != 1:
            raise CalledError("shapes")
        moves = np.concatenate([self.raises, self.lowers])
        if not (np.isfinite(moves).all() and (moves >= 0).all()):
            raise CalledError("points")
        if not (np.isfinite(self.size).all() and (self.size > 0).all()):
            raise CalledError("size")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledAnswers:
    """Calls in the order their answers were drawn, t of them.

    Attributes
    ----------
    place : ndarray of intp, shape (t,)
        Which answer of the frame, each at most once.
    reached : ndarray of bool, shape (t,)
        Whether anybody could be asked.
    false : ndarray of bool, shape (t,)
        Whether the answer is not the invited person's own; False where nobody was reached.
    """

    place: IndexArray
    reached: BoolArray
    false: BoolArray

    def check(self, frame: InvitedFrame) -> None:
        """Raise CalledError unless these are calls to answers of the frame."""
        if not self.place.shape == self.reached.shape == self.false.shape:
            raise CalledError("shapes")
        if self.place.size and not (self.place.min() >= 0 and self.place.max() < frame.size.size):
            raise CalledError("place")
        if np.unique(self.place).size != self.place.size:
            raise CalledError("twice")
        if (self.false & ~self.reached).any():
            raise CalledError("unreached")
