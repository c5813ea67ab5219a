"""The daily counters counted again from the rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import days_of
from survey.model import Area, Campaign, ProgressCounter
from survey.problems import Problem
from survey.stats.campaign.alone import AloneRules
from survey.stats.campaign.plan import Plan
from survey.verification.findings import altered

_COUNTER = cast(sa.Table, ProgressCounter.__table__)
Cell = tuple[int, str, str, str]


class Tally:
    """What the counters of a campaign must be, from every row of it."""

    def __init__(self, session: Session, campaign: Campaign) -> None:
        areas = sa.select(Area.code, Area.position).where(Area.campaign_id == campaign.id)
        rules = AloneRules.of(
            Plan.from_dict(campaign.plan or {}), areas=dict(session.execute(areas).all())
        )
        self._codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
        self._passing = rules.passing()
        self._timezone = campaign.timezone
        self._received: Counter[Cell] = Counter()
        self._valid: Counter[Cell] = Counter()

    def add(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Count rows, by their columns."""
        units = columns["unit_id"]
        days = days_of(columns["submitted_ms"], self._timezone)
        cells = [*zip(units, columns["group_code"], columns["channel"], days, strict=True)]
        passing = self._passing(columns, [self._codes[unit] for unit in units])
        self._received.update(cells)
        self._valid.update(compress(cells, passing))

    def counted(self) -> dict[Cell, tuple[int, int]]:
        """Return of each cell the answers received and the valid ones."""
        return {cell: (n, self._valid[cell]) for cell, n in self._received.items()}

    def check(self, session: Session, campaign: Campaign) -> list[Problem]:
        """Compare with the counters; the first that is wrong is named."""
        query = sa.select(_COUNTER).where(_COUNTER.c.campaign_id == campaign.id)
        kept: dict[Cell, tuple[int, int]] = {
            (row.unit_id, row.group_code, row.channel, row.day): (row.received, row.valid)
            for row in session.execute(query)
        }
        counted = self.counted()
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
