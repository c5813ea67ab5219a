"""What an appraisal says of every unit, read from its result as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.figures import GroupFigure
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
    reach : ndarray of float64
        How far the limit lets open answers take a score from ``alone``; 0 where it has none.
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
    reach: FloatArray
    unlimited: FloatArray
    score: FloatArray
    lower: FloatArray
    upper: FloatArray
    rank: FloatArray
    rank_lower: FloatArray
    rank_upper: FloatArray
    alarm: BoolArray


def read_units(result: AppraisalResult) -> UnitReadings:
    """Return the figures of a campaign.

    Invited answers of a group whose open ones were combined with them count as its channel figure
    says, those of other groups as its score. Where nothing was combined nobody answered but
    invited people: their weighted answers are then the step ``weighted``, and what they say best
    the last step.
    """
    steps = {step.name: _array(step.unit_scores) for step in result.steps}
    before = [scores for name, scores in steps.items() if name not in _LIMITED]
    units = result.units
    codes = [unit.unit_code for unit in units]
    sides = _by_invited(result)
    alarmed = {figure.unit_code for figure in result.channels if figure.alarm}
    return UnitReadings(
        class_code=np.array([unit.class_code for unit in units]),
        raw=_array([unit.raw_score for unit in units]),
        invited=_array([sides[c].invited for c in codes]) if result.channels else steps["weighted"],
        invited_se=_array([sides[c].se for c in codes]),
        alone=_array([sides[c].alone for c in codes]) if result.channels else before[-1],
        reach=_array([sides[c].reach for c in codes]),
        unlimited=steps.get("combined", before[-1]),
        score=_array([unit.estimate for unit in units]),
        lower=_array([unit.lower for unit in units]),
        upper=_array([unit.upper for unit in units]),
        rank=_array([unit.rank for unit in units]),
        rank_lower=_array([unit.rank_lower for unit in units]),
        rank_upper=_array([unit.rank_upper for unit in units]),
        alarm=np.array([code in alarmed for code in codes]),
    )


@dataclass(slots=True)
class _InvitedSide:
    """What the invited answers about one unit say, summed over its groups by their share."""

    invited: float = 0.0
    variance: float = 0.0
    alone: float = 0.0
    reach: float = 0.0

    @property
    def se(self) -> float:
        return float(np.sqrt(self.variance))

    def add(
        self, group: GroupFigure, channel: ChannelFigure | None, *, limit: float | None
    ) -> None:
        share = group.share
        if channel is None:
            own, error, best, reach = group.score, group.se, group.score, 0.0
        else:
            own, error, best = channel.invited, channel.invited_se, channel.reference_only
            reach = channel.invited_se * (np.inf if limit is None else limit)
        self.invited += share * float(own if own is not None else np.nan)
        self.variance += (share * float(error if error is not None else np.nan)) ** 2
        self.alone += share * float(best if best is not None else np.nan)
        self.reach += share * reach


def _by_invited(result: AppraisalResult) -> dict[str, _InvitedSide]:
    channels = {(figure.unit_code, figure.group_code): figure for figure in result.channels}
    sides = {unit.unit_code: _InvitedSide() for unit in result.units}
    limit = result.plan.combination.limit
    for group in result.groups:
        if group.share > 0:
            channel = channels.get((group.unit_code, group.group_code))
            sides[group.unit_code].add(group, channel, limit=limit)
    return sides


def _array(values: Sequence[float | Decimal | None]) -> FloatArray:
    return np.array([np.nan if value is None else float(value) for value in values])
