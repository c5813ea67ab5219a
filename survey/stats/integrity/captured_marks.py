"""Whether a unit's best sheets came faster, more complete, from one place or through one channel.

Each is asked inside the unit: what its best sheets have that its others have not, beyond what best
sheets have anywhere. A unit whose people are quick, or liked, is no exception by that.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray

_FAST = 0.1  # the quickest part of the answers of one channel
_TOGETHER = 3  # answers about a unit from one network
_FEWEST = 8  # answers of a channel and of all others of the unit's group
_LEAST_VARIANCE = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedSheets:
    """Invited answers and how they came in.

    Attributes
    ----------
    unit, group, channel : ndarray of intp, shape (n,)
        Codes from 0.
    items : ndarray of int, shape (n, k)
        Answers; below 1 is not rated.
    score : ndarray of float64, shape (n,)
        Points of each sheet; nan without a rating.
    duration_ms, device, network : ndarray of int64, shape (n,)
        -1 where not known.
    """

    unit: IndexArray
    group: IndexArray
    channel: IndexArray
    items: NDArray[np.integer]
    score: FloatArray
    duration_ms: NDArray[np.int64]
    device: NDArray[np.int64]
    network: NDArray[np.int64]

    def of_rows(self, rows: BoolArray) -> InvitedSheets:
        """Return some of the sheets."""
        return InvitedSheets(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitExcess:
    """By how much each unit exceeds what honest answers lead to expect; nan where nothing is known.

    Attributes
    ----------
    value, variance : ndarray of float64, shape (u,)
        The excess and its sampling variance.
    """

    value: FloatArray
    variance: FloatArray


def marks_of(sheets: InvitedSheets) -> dict[str, BoolArray]:
    """Return which sheets were fast for their channel, complete, from one place with others."""
    known = sheets.duration_ms >= 0
    fast = np.zeros(known.size, dtype=np.bool_)
    for channel in np.unique(sheets.channel[known]):
        here = known & (sheets.channel == channel)
        fast[here] = sheets.duration_ms[here] < np.quantile(sheets.duration_ms[here], _FAST)
    return {
        "fast": fast,
        "complete": np.asarray((sheets.items > 0).all(axis=1)),
        "shared": _together(sheets.unit, sheets.device, 2)
        | _together(sheets.unit, sheets.network, _TOGETHER),
    }


def _together(unit: IndexArray, source: NDArray[np.int64], fewest: int) -> BoolArray:
    """Say which answers have so many of their source about the unit, most of all the source has."""
    known = source >= 0
    _, code = np.unique(source, return_inverse=True)
    _, pair = np.unique(np.stack([unit, code]), axis=1, return_inverse=True)
    here, everywhere = np.bincount(pair.reshape(-1)), np.bincount(code)
    number = here[pair.reshape(-1)]
    return np.asarray(known & (number >= fewest) & (2 * number > everywhere[code]))


def excess_of_mark(
    *, mark: BoolArray, likeness: FloatArray, unit: IndexArray, stratum: IndexArray, n_units: int
) -> UnitExcess:
    """Ask whether a unit's sheets have a mark the oftener the more they look captured.

    Parameters
    ----------
    mark : ndarray of bool, shape (n,)
    likeness : ndarray of float64, shape (n,)
        How much a sheet looks captured, in [0, 1].
    unit, stratum : ndarray of intp, shape (n,)
        ``stratum`` is the sheet's class in its group: how often the mark is met there.
    n_units : int

    Returns
    -------
    UnitExcess
        Slope of the mark on the likeness inside the unit, beyond that of all units.
    """
    _, code = np.unique(stratum, return_inverse=True)
    usual = (np.bincount(code, mark) / np.bincount(code))[code]
    number = np.maximum(np.bincount(unit, minlength=n_units), 1)
    apart = likeness - (np.bincount(unit, likeness, n_units) / number)[unit]
    spread = np.bincount(unit, apart**2, n_units)
    chance = np.maximum(usual * (1 - usual), _LEAST_VARIANCE)
    known = spread > 0
    value, variance = np.full(n_units, np.nan), np.full(n_units, np.nan)
    excess = np.bincount(unit, apart * (mark - usual), n_units)
    value[known] = excess[known] / spread[known]
    variance[known] = np.bincount(unit, apart**2 * chance, n_units)[known] / spread[known] ** 2
    return UnitExcess(value=value, variance=variance)


def excess_of_channel(sheets: InvitedSheets, channel: int, n_units: int) -> UnitExcess:
    """Ask by how much one channel's answers are better than the group's through the others.

    Returns
    -------
    UnitExcess
        Difference of the means in standard deviations of an answer, over the unit's groups.
    """
    groups = int(sheets.group.max(initial=0)) + 1
    domain = sheets.unit * groups + sheets.group
    size = n_units * groups
    mine = sheets.channel == channel
    n = [np.bincount(domain[side], minlength=size).astype(float) for side in (mine, ~mine)]
    total = [np.bincount(domain[side], sheets.score[side], size) for side in (mine, ~mine)]
    mean = [at / np.maximum(number, 1) for at, number in zip(total, n, strict=True)]
    rest = sheets.score - np.where(mine, mean[0][domain], mean[1][domain])
    spread = max(float(rest.std()), 1e-9)
    both = (n[0] >= _FEWEST) & (n[1] >= _FEWEST)
    weight = np.where(both, 1 / (1 / np.maximum(n[0], 1) + 1 / np.maximum(n[1], 1)), 0.0)
    weight = weight.reshape(n_units, groups)
    gap = ((mean[0] - mean[1]) / spread).reshape(n_units, groups)
    sure = weight.sum(axis=1)
    value, variance = np.full(n_units, np.nan), np.full(n_units, np.nan)
    known = sure > 0
    value[known] = (weight * gap).sum(axis=1)[known] / sure[known]
    variance[known] = 1 / sure[known]
    return UnitExcess(value=value, variance=variance)
