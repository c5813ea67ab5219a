"""The daily counters counted again from the rows."""

from collections import defaultdict
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import from_epoch_ms, local_day
from survey.model import Area, Campaign, ProgressCounter
from survey.problems import Problem
from survey.stats.campaign.alone import AloneRules
from survey.stats.campaign.plan import Plan
from survey.verification.findings import altered

_COUNTER = cast(sa.Table, ProgressCounter.__table__)
_HOUR_MS = 3_600_000
Cell = tuple[int, str, str, str]


class Tally:
    """What the counters of a campaign must be, from every row of it."""

    def __init__(self, session: Session, campaign: Campaign) -> None:
        areas = sa.select(Area.code, Area.position).where(Area.campaign_id == campaign.id)
        self._rules = AloneRules.of(
            Plan.from_dict(campaign.plan or {}), areas=dict(session.execute(areas).all())
        )
        self._codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
        self._day = lru_cache(maxsize=4096)(
            # Zones move by quarters of an hour, so a quarter is of one day.
            lambda quarter: local_day(from_epoch_ms(quarter * _HOUR_MS // 4), campaign.timezone)
        )
        self._counted: defaultdict[Cell, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, row: Any) -> None:
        """Count a row."""
        unit, day = row.unit_id, self._day(row.submitted_ms * 4 // _HOUR_MS)
        cell = self._counted[unit, row.group_code, row.channel, day]
        cell[0] += 1
        cell[1] += self._rules.pass_said(row, unit_code=self._codes[unit])

    def check(self, session: Session, campaign: Campaign) -> list[Problem]:
        """Compare with the counters; the first that is wrong is named."""
        query = sa.select(_COUNTER).where(_COUNTER.c.campaign_id == campaign.id)
        kept: dict[Cell, tuple[int, int]] = {
            (row.unit_id, row.group_code, row.channel, row.day): (row.received, row.valid)
            for row in session.execute(query)
        }
        counted = {cell: (received, valid) for cell, (received, valid) in self._counted.items()}
        wrong = sorted(cell for cell in kept | counted if kept.get(cell) != counted.get(cell))
        return [
            self._differs(cell, kept.get(cell, (0, 0)), counted.get(cell, (0, 0)))
            for cell in wrong[:1]
        ]

    def _differs(self, cell: Cell, kept: tuple[int, int], counted: tuple[int, int]) -> Problem:
        unit_id, group, channel, day = cell
        where = f"{self._codes.get(unit_id, unit_id)} {group} {channel} {day}"
        return altered(
            "counters",
            f"{where} 登记收到 {kept[0]} 份、有效 {kept[1]} 份，"
            f"按答卷应为 {counted[0]} 份、{counted[1]} 份",
            f"{where} says {kept[0]} received and {kept[1]} valid; by the answers it is "
            f"{counted[0]} and {counted[1]}",
        )
