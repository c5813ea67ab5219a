"""What changed between two campaigns, if they can be compared at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError
from survey.stats.notices import Notice
from survey.stats.scipy_calls import ndtri

_SAME_MIX = 0.02  # by which a channel's share may differ and still be the same mix


class ChangeError(StatsError):
    """Scores and covariances that do not fit together."""

    code = "change_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The scores of one campaign and what they were measured with.

    Attributes
    ----------
    score : ndarray of float64, shape (u,)
    covariance : ndarray of float64, shape (u, u)
    questionnaire : str
        Digest of items, points and coefficients: equal exactly if the questions are.
    margins : tuple of str
        Variables the weights were calibrated to, in any order.
    channel_mix : mapping of str to float
        Channel and its share of the weight after calibration.
    """

    score: FloatArray
    covariance: FloatArray
    questionnaire: str
    margins: tuple[str, ...]
    channel_mix: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Differences of units between two campaigns, later less earlier.

    Attributes
    ----------
    delta, se, lower, upper : ndarray of float64, shape (u,)
    covariance : ndarray of float64, shape (u, u)
    """

    delta: FloatArray
    se: FloatArray
    lower: FloatArray
    upper: FloatArray
    covariance: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class NotComparable:
    """Why no difference was computed.

    Attributes
    ----------
    notices : tuple of Notice
        One for each reason, never empty.
    """

    notices: tuple[Notice, ...]


def measure_change(
    *,
    before: Measured,
    now: Measured,
    shared: FloatArray | None = None,
    level: float = 0.95,
) -> Change | NotComparable:
    """Take the difference of two campaigns, or say why there is none.

    Parameters
    ----------
    before, now : Measured
        The same units in the same order.
    shared : ndarray of float64, shape (u, u), optional
        Covariance of the earlier (rows) with the later scores (columns), from residents who
        answered both times; 0 without such.
    level : float

    Returns
    -------
    Change or NotComparable
        Not comparable are campaigns with different questions, margins, or shares of channels (by
        more than 2 points): the difference would mix what changed in the county with what
        changed in the measurement.

    Raises
    ------
    ChangeError
        If the arrays do not fit, or ``shared`` exceeds what the variances allow.

    References
    ----------
    van den Brakel, J. and Roels, J. (2010), Annals of Applied Statistics 4, 1105-1138.
    doi:10.1214/09-AOAS305
    Buelens, B. and van den Brakel, J. (2015), Sociological Methods & Research 44, 391-426.
    doi:10.1177/0049124114532444

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Measured, measure_change
    >>> same = {"questionnaire": "q1", "margins": ("sex",), "channel_mix": {"phone": 1.0}}
    >>> before = Measured(score=np.array([80.0, 85.0]), covariance=np.eye(2), **same)
    >>> now = Measured(score=np.array([84.0, 85.5]), covariance=np.eye(2), **same)
    >>> found = measure_change(before=before, now=now)
    >>> found.delta, found.lower.round(2), found.upper.round(2)
    (array([4. , 0.5]), array([ 1.23, -2.27]), array([6.77, 3.27]))
    """
    notices = _differences(before, now)
    if notices:
        return NotComparable(notices=notices)
    both = _joint(before, now, shared)
    u = before.score.size
    contrast = np.hstack([-np.eye(u), np.eye(u)])
    covariance = contrast @ both @ contrast.T
    variance = np.diag(covariance)
    if (variance < -1e-9 * np.diag(both).max(initial=0.0)).any():
        raise ChangeError("shared_covariance")
    delta = now.score - before.score
    se = np.sqrt(np.maximum(variance, 0.0))
    half = float(ndtri((1 + level) / 2)) * se
    return Change(delta=delta, se=se, lower=delta - half, upper=delta + half, covariance=covariance)


def _differences(before: Measured, now: Measured) -> tuple[Notice, ...]:
    found = []
    if before.questionnaire != now.questionnaire:
        found.append(Notice("other_questionnaire"))
    if set(before.margins) != set(now.margins):
        margins = tuple(sorted(before.margins)), tuple(sorted(now.margins))
        found.append(Notice("other_margins", before=margins[0], now=margins[1]))
    channels = sorted(before.channel_mix.keys() | now.channel_mix.keys())
    shares = [(before.channel_mix.get(c, 0.0), now.channel_mix.get(c, 0.0)) for c in channels]
    moved = tuple(
        (channel, earlier, later)
        for channel, (earlier, later) in zip(channels, shares, strict=True)
        if abs(earlier - later) > _SAME_MIX
    )
    if moved:
        found.append(Notice("other_channel_mix", moved=moved))
    return tuple(found)


def _joint(before: Measured, now: Measured, shared: FloatArray | None) -> FloatArray:
    u = before.score.size
    cross = np.zeros((u, u)) if shared is None else shared
    matrices = (before.covariance, now.covariance, cross)
    if now.score.shape != (u,) or any(matrix.shape != (u, u) for matrix in matrices):
        raise ChangeError("shapes")
    return np.block([[before.covariance, cross], [cross.T, now.covariance]])
