"""Answers the counters hold valid and the scoring will set aside: a device's second about a unit.

Each counter is of one answer alone, so that it can be counted again from the rows; which device
was there before is seen here, from the few rows that repeat one.
"""

from collections import Counter
from collections.abc import Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import from_epoch_ms, local_day
from survey.model import Area, Campaign, Response
from survey.stats.campaign.alone import REPEATED_DEVICE, AloneRules
from survey.stats.campaign.plan import Plan

_ROW = cast(sa.Table, Response.__table__)

Cell = tuple[int, str, str, str]  # unit, group, channel, day


def set_aside(session: Session, *, campaign: Campaign, unit_ids: Sequence[int]) -> Counter[Cell]:
    """Return how many answers counted as valid repeat a device, by unit, group, channel and day.

    Nothing where the plan lets them count, and once the answers are anonymous.
    """
    if campaign.plan is None:
        return Counter()
    areas = sa.select(Area.code, Area.position).where(Area.campaign_id == campaign.id)
    rules = AloneRules.of(Plan.from_dict(campaign.plan), areas=dict(session.execute(areas).all()))
    if REPEATED_DEVICE not in rules.excluding:
        return Counter()
    codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
    found: Counter[Cell] = Counter()
    for row in map(dict, session.execute(_repeats(campaign, unit_ids)).mappings()):
        if rules.pass_answer(row, unit_code=codes[row["unit_id"]]):
            day = local_day(from_epoch_ms(row["submitted_ms"]), campaign.timezone)
            found[row["unit_id"], row["group_code"], row["channel"], day] += 1
    return found


def _repeats(campaign: Campaign, unit_ids: Sequence[int]) -> sa.Select[*tuple[object, ...]]:
    """Return the query for all but the first answer of a device about a unit."""
    marked = (
        sa.select(
            _ROW,
            sa.func.row_number()
            .over(
                partition_by=(_ROW.c.unit_id, _ROW.c.device_mark),
                order_by=(_ROW.c.submitted_ms, _ROW.c.leaf_index),
            )
            .label("turn"),
        )
        .where(
            _ROW.c.campaign_id == campaign.id,
            _ROW.c.unit_id.in_(unit_ids),
            _ROW.c.device_mark.is_not(None),
        )
        .subquery()
    )
    return sa.select(marked).where(marked.c.turn > 1)
