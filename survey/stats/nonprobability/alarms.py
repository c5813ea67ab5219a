"""Units whose open answers contradict their invited ones, or whose open answers look stuffed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.nonprobability.answer_shape import extreme_excess
from survey.stats.nonprobability.channel_answers import ChannelAnswers
from survey.stats.nonprobability.combination import UnitMeans
from survey.stats.nonprobability.discrepancy import discrepancy

# Chosen on the setting "tuning" so that together they name less than 1 % of units nobody
# attacked. Worst answers are few, so their sign has the longest tail; attacks on a rival raise
# it far beyond.
_MEAN_FROM = 3.5
_BEST_FROM = 2.8
_WORST_FROM = 4.5
_FADES_FROM = 2 / 3  # of these, so that no single answer tips a score


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Three signs per unit, each a z, shape (u,); NaN where it cannot be known.

    Attributes
    ----------
    mean : ndarray of float64
        How far the open mean lies from the invited one, either way.
    best, worst : ndarray of float64
        Too many best, too many worst answers.
    """

    mean: FloatArray
    best: FloatArray
    worst: FloatArray

    @property
    def raised(self) -> BoolArray:
        """Where a sign is larger than chance and the other units explain."""
        return np.asarray(self._largest() > 1)

    @property
    def open_weight(self) -> FloatArray:
        """How far the open answers are to be believed, from 1 to 0 where an alarm is raised."""
        return np.clip((1 - self._largest()) / (1 - _FADES_FROM), 0.0, 1.0)

    @property
    def extremes(self) -> FloatArray:
        """The larger sign of too many answers at one end."""
        return np.asarray(np.fmax(self.best, self.worst))

    def _largest(self) -> FloatArray:
        """Return the largest sign, as a part of what raises the alarm."""
        parts = (np.abs(self.mean) / _MEAN_FROM, self.best / _BEST_FROM, self.worst / _WORST_FROM)
        return np.asarray(np.nan_to_num(parts).max(axis=0))


def find_alarms(*, invited: ChannelAnswers, open_answers: ChannelAnswers) -> Alarms:
    """Compare the open answers of every unit with its invited ones and with other units' open.

    Parameters
    ----------
    invited, open_answers : ChannelAnswers
        Of the same u units.

    Returns
    -------
    Alarms
        ``best`` is (too many against the invited answers + too many for the shape of the
        other open answers) / root two, and so is ``worst``: an attack raises both parts, chance
        seldom both.
    """
    return Alarms(
        mean=discrepancy(reference=invited.mean, open_sample=open_answers.mean),
        best=_extreme(invited.best, open_answers.best, open_answers.counts),
        worst=_extreme(invited.worst, open_answers.worst, open_answers.counts[:, ::-1]),
    )


def _extreme(invited: UnitMeans, open_answers: UnitMeans, counts: FloatArray) -> FloatArray:
    against = discrepancy(reference=invited, open_sample=open_answers)
    return np.asarray((against + extreme_excess(counts)) / np.sqrt(2))
