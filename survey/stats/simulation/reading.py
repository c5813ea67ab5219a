"""What an appraisal says of every unit, read from its result as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.open_figures import ChannelFigure
from survey.stats.campaign.result import AppraisalResult

_LIMITED = ("combined", "limited")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReadings:
    """Figures of all units in the plan's order, shape (u,); NaN where the result has none.

    Attributes
    ----------
    class_code : ndarray of str
    raw : ndarray of float64
        Plain mean of all returned answers.
    invited, invited_se : ndarray of float64
        Invited answers weighted by themselves.
    alone : ndarray of float64
        The best the invited answers say without the open ones.
    unlimited : ndarray of float64
        Before the limit.
    score, lower, upper : ndarray of float64
        As published but for rounding, with the 95 % interval.
    rank, rank_lower, rank_upper : ndarray of float64
        Published, within the class.
    alarm : ndarray of bool
    """

    class_code: NDArray[np.str_]
    raw: FloatArray
    invited: FloatArray
    invited_se: FloatArray
    alone: FloatArray
    unlimited: FloatArray
    score: FloatArray
    lower: FloatArray
    upper: FloatArray
    rank: FloatArray
    rank_lower: FloatArray
    rank_upper: FloatArray
    alarm: BoolArray


def read_units(result: AppraisalResult) -> UnitReadings:
    """Return the figures of a campaign with one respondent group.

    Where nothing was combined nobody answered but invited people: their weighted answers are
    then the step ``weighted``, and what they say best the last step.
    """
    steps = {step.name: _array(step.unit_scores) for step in result.steps}
    before = [scores for name, scores in steps.items() if name not in _LIMITED]
    channels = {figure.unit_code: figure for figure in result.channels}
    units = result.units
    codes = [unit.unit_code for unit in units]
    return UnitReadings(
        class_code=np.array([unit.class_code for unit in units]),
        raw=_array([unit.raw_score for unit in units]),
        invited=_channel(channels, codes, "invited") if channels else steps["weighted"],
        invited_se=_channel(channels, codes, "invited_se"),
        alone=_channel(channels, codes, "reference_only") if channels else before[-1],
        unlimited=steps.get("combined", before[-1]),
        score=_array([unit.estimate for unit in units]),
        lower=_array([unit.lower for unit in units]),
        upper=_array([unit.upper for unit in units]),
        rank=_array([unit.rank for unit in units]),
        rank_lower=_array([unit.rank_lower for unit in units]),
        rank_upper=_array([unit.rank_upper for unit in units]),
        alarm=np.array([code in channels and channels[code].alarm for code in codes]),
    )


def _array(values: Sequence[float | Decimal | None]) -> FloatArray:
    return np.array([np.nan if value is None else float(value) for value in values])


def _channel(channels: dict[str, ChannelFigure], codes: Sequence[str], name: str) -> FloatArray:
    return _array([getattr(channels[code], name) if code in channels else None for code in codes])
