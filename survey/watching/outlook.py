"""How the fieldwork will end for each unit and group, and the cheapest way to what is missing.

From counters alone: no answer is read, and nothing here is a score or puts units in an order.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.fieldwork.days import FieldworkDays, days_of
from survey.fieldwork.explaining.exactness import CONFIDENCE, Assumed, assumed
from survey.model import Campaign, CampaignUnit, GroupCoefficient
from survey.scheme.campaign_scheme import scheme_of
from survey.stats.estimation import planned_error
from survey.stats.forecasting import NONE, Forecast, Remedy, cheapest_remedy, forecast
from survey.stats.scipy_calls import ndtri
from survey.watching.daily_counts import Counted, counted_until

LIKELY = 0.8  # how sure the ranges shown are
FEWEST_DAYS = 5  # before, ranges do not hold as often as they say


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A figure that is expected, and the range it will likely lie in."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """Codes that bring a group of a unit to its minimum; without a channel no codes can."""

    channel: str
    codes: int
    n: int
    half_width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CellOutlook:
    """One group of one unit at the end of the fieldwork, if nothing more is done."""

    group_code: str
    target: int
    min_valid: int
    seen: int
    due: float | None
    final: Between
    half_width: Between
    help: Help | None

    @property
    def misses(self) -> bool:
        """Whether the minimum will likely not be reached."""
        return self.help is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitOutlook:
    """One unit with its groups; `half_width` of its score as expected."""

    taking_part: CampaignUnit
    cells: tuple[CellOutlook, ...]
    half_width: float

    def cell(self, group_code: str) -> CellOutlook | None:
        """Return the outlook of a group, None where the class is not asked by it."""
        return next((cell for cell in self.cells if cell.group_code == group_code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The days, and the units of a campaign; none before a day is over."""

    days: FieldworkDays
    units: tuple[UnitOutlook, ...]
    assumed: Assumed

    @property
    def is_early(self) -> bool:
        """Whether too few days are over for ranges to hold as often as they say."""
        return self.days.over < FEWEST_DAYS

    def of(self, units: Sequence[CampaignUnit]) -> "Outlook":
        """Return the same of some units alone."""
        ids = {unit.unit_id for unit in units}
        mine = tuple(row for row in self.units if row.taking_part.unit_id in ids)
        return Outlook(days=self.days, units=mine, assumed=self.assumed)


def outlook(session: Session, *, campaign: Campaign, at: datetime) -> Outlook:
    """Return how a campaign's fieldwork will end, as the days before a moment's show."""
    days, given = days_of(campaign, at), assumed(scheme_of(campaign))
    counted = counted_until(session, campaign=campaign, days=days)
    if counted is None:
        return Outlook(days=days, units=(), assumed=given)
    plan = _plan(session, campaign)
    found = forecast(counted.counts)
    fewest = {group.code: group.min_valid for group in campaign.groups}
    minimum = np.array([fewest[group] for _unit, group in counted.cells], dtype=float)
    remedy = cheapest_remedy(counted.counts, found, minimum=minimum)
    reading = _Reading(
        campaign=campaign, counted=counted, found=found, remedy=remedy, plan=plan, given=given
    )
    return reading.outlook(days)


_Plan = dict[tuple[str, str], GroupCoefficient]


def _plan(session: Session, campaign: Campaign) -> _Plan:
    rows = session.scalars(
        sa.select(GroupCoefficient).where(GroupCoefficient.campaign_id == campaign.id)
    )
    return {(row.class_code, row.group_code): row for row in rows}


class _Reading:
    """Arrays of the statistics, read cell by cell."""

    def __init__(
        self,
        *,
        campaign: Campaign,
        counted: Counted,
        found: Forecast,
        remedy: Remedy,
        plan: _Plan,
        given: Assumed,
    ) -> None:
        self._campaign, self._counted, self._plan, self._given = campaign, counted, plan, given
        self._found, self._remedy = found, remedy
        self._low, self._high = found.interval(LIKELY)
        self._fewest = {group.code: group.min_valid for group in campaign.groups}
        self._z = float(ndtri((1 + CONFIDENCE) / 2))

    def outlook(self, days: FieldworkDays) -> Outlook:
        place = {cell: number for number, cell in enumerate(self._counted.cells)}
        rows = []
        for taking_part in self._campaign.units:
            numbers = [
                place[taking_part.unit_id, group.code]
                for group in self._campaign.groups
                if (taking_part.unit_id, group.code) in place
            ]
            if numbers:
                rows.append(self._unit(taking_part, numbers))
        return Outlook(days=days, units=tuple(rows), assumed=self._given)

    def _unit(self, taking_part: CampaignUnit, numbers: Sequence[int]) -> UnitOutlook:
        parts = [
            self._plan[taking_part.class_code, self._counted.cells[number][1]] for number in numbers
        ]
        counting = [
            (float(part.coefficient), max(float(self._found.final[number]), 1.0))
            for part, number in zip(parts, numbers, strict=True)
            if part.coefficient
        ]
        error = planned_error(
            coefficients=np.array([coefficient for coefficient, _n in counting]),
            n=np.array([n for _coefficient, n in counting]),
            sd=self._given.sd,
            design_effect=self._given.design_effect,
        )
        cells = tuple(
            self._cell(number, part.target_valid)
            for number, part in zip(numbers, parts, strict=True)
        )
        return UnitOutlook(taking_part=taking_part, cells=cells, half_width=self._z * error)

    def _cell(self, number: int, target: int) -> CellOutlook:
        found = self._found
        low, high = math.ceil(self._low[number]), math.floor(self._high[number])
        final = Between(value=float(found.final[number]), low=min(low, high), high=max(low, high))
        due = None if math.isnan(found.by_now[number]) else target * float(found.by_now[number])
        group_code = self._counted.cells[number][1]
        return CellOutlook(
            group_code=group_code,
            target=target,
            min_valid=self._fewest[group_code],
            seen=int(found.seen[number]),
            due=due,
            final=final,
            half_width=Between(
                value=self._half_width(final.value),
                low=self._half_width(final.high),
                high=self._half_width(final.low),
            ),
            help=self._help(number) if self._remedy.short[number] else None,
        )

    def _half_width(self, n: float) -> float:
        spread = self._given.sd * math.sqrt(self._given.design_effect)
        return self._z * spread / math.sqrt(max(n, 1.0))

    def _help(self, number: int) -> Help:
        series = int(self._remedy.series[number])
        after = float(self._remedy.after[number])
        return Help(
            channel="" if series == NONE else self._counted.channels[series],
            codes=int(self._remedy.codes[number]),
            n=round(after),
            half_width=self._half_width(after),
        )
