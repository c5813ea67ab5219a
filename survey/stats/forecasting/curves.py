"""The curves of one channel: of what was sent first, and of reminders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.forecasting.curve import UNKNOWN, Believed, Curve, Days, fit_curve

_ROUNDS = 4  # of telling answers to codes from answers to reminders
# A reminder moves half as many of those it reaches as the code did, within a factor of two.
_REMINDED, _REMINDED_SD = float(np.log(0.5)), 0.7
# Of all units together, before the lumpiness of single ones is known.
_DISPERSION = 1.5
_LEAST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """What a channel brings an average series on each day after something was sent.

    Attributes
    ----------
    moved : tuple of ndarray of float64, shape (s, t)
        Codes issued, then people reminded if any were.
    curves : tuple of Curve
        One of each, over the ages of the whole fieldwork.
    """

    moved: tuple[FloatArray, ...]
    curves: tuple[Curve, ...]

    def usual(self) -> FloatArray:
        """Return what an average series would bring on each day, shape (s, days)."""
        pairs = zip(self.moved, self.curves, strict=True)
        return _total([_spread(moved, curve.expected()) for moved, curve in pairs])

    def shared_variance(self, seen: int) -> FloatArray:
        """Return the variance that the curves give the sum of all days to come, shape (s,)."""
        out = np.zeros(self.moved[0].shape[0])
        for moved, curve in zip(self.moved, self.curves, strict=True):
            weight = np.zeros((moved.shape[0], curve.mean.size))
            for day in np.flatnonzero(moved.any(axis=0)):
                weight[:, seen - day : curve.mean.size - day] += moved[:, [day]]
            out += np.einsum("sa,ab,sb->s", weight, curve.moments(), weight)
        return out

    def per_code(self, days: int) -> float:
        """Return what one more code brings an average series within some days."""
        return float(self.curves[0].expected()[:days].sum())


def learn_curves(
    *, answers: FloatArray, sent: FloatArray, reminded: FloatArray, weekend: FloatArray
) -> Curves:
    """Tell a channel's answers to codes from those to reminders, and learn the curve of each.

    Parameters
    ----------
    answers, sent, reminded : ndarray of float64, shape (s, t)
    weekend : ndarray of float64, shape (days,)

    Notes
    -----
    Answers of a day are shared out in proportion to what the curves expect of each, and the
    curves learnt anew, a few times: an EM algorithm in all but the normal approximation.

    References
    ----------
    Dempster, A. P., Laird, N. M. and Rubin, D. B. (1977), JRSS B 39(1), 1-38.
    """
    moved = [sent, reminded] if reminded.any() else [sent]
    guesses = [np.full(weekend.size, np.exp(_REMINDED * turn)) for turn in range(len(moved))]
    curves: list[Curve] = []
    for _ in range(_ROUNDS if len(moved) > 1 else 1):
        pairs = zip(moved, guesses, strict=True)
        parts = [_spread(each, guess)[:, : answers.shape[1]].sum(axis=0) for each, guess in pairs]
        whole = np.maximum(_total(parts), _LEAST)
        came = [answers.sum(axis=0) * part / whole for part in parts]
        curves = [_learn(moved[0], came[0], weekend, UNKNOWN)]
        if len(moved) > 1:
            believed = Believed(level=float(curves[0].mean[0]) + _REMINDED, sd=_REMINDED_SD)
            curves.append(_learn(moved[1], came[1], weekend, believed))
        guesses = [curve.expected() for curve in curves]
    return Curves(moved=tuple(moved), curves=tuple(curves))


def _learn(moved: FloatArray, came: FloatArray, weekend: FloatArray, believed: Believed) -> Curve:
    """Learn a curve; what was sent on several days counts as sent on their mean day."""
    day = np.arange(came.size, dtype=np.float64)
    by_day = moved.sum(axis=0)
    sent = np.cumsum(by_day)
    mean_day = np.cumsum(by_day * day) / np.maximum(sent, _LEAST)
    used = sent > 0
    ages = np.arange(weekend.size, dtype=np.float64)
    on = np.minimum(np.round(ages + mean_day[-1]), weekend.size - 1).astype(np.intp)
    return fit_curve(
        seen=Days(age=(day - mean_day)[used], weekend=weekend[: day.size][used]),
        answers=came[used],
        exposure=sent[used],
        dispersion=_DISPERSION,
        ahead=Days(age=ages, weekend=weekend[on]),
        believed=believed,
    )


def _spread(moved: FloatArray, curve: FloatArray) -> FloatArray:
    """Return what a curve brings on each day after everything sent, shape (s, days)."""
    out = np.zeros((moved.shape[0], curve.size))
    for day in np.flatnonzero(moved.any(axis=0)):
        out[:, day:] += moved[:, [day]] * curve[: curve.size - day]
    return out


def _total(parts: list[FloatArray]) -> FloatArray:
    return np.asarray(np.sum(parts, axis=0))
