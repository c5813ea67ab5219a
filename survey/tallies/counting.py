"""What the answers between two places of a ledger add to each tally."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import from_epoch_ms, local_day
from survey.model import MARGINS, Area, Campaign, CodeBatch, Entrance, Response
from survey.stats.campaign.alone import REPEATED_DEVICE, AloneRules
from survey.stats.campaign.plan import Plan

TIME_MS = 2 * 3_600_000  # how fine the times at which a batch was answered are kept
_QUARTER_MS = 900_000  # zones move by quarters of an hour, so a quarter is of one day

_ROW = cast(sa.Table, Response.__table__)


class Key(NamedTuple):
    """What is counted together, as `AnswerTally` keeps it."""

    kind: str
    of: int
    group_code: str
    channel: str
    value: str


Counts = Counter[Key]


def added(
    session: Session, campaign: Campaign, start: int, end: int, kinds: Iterable[str]
) -> Counts:
    """Return what answers from one place of the ledger up to another add to tallies."""
    counts: Counts = Counter()
    if start >= end:
        return counts
    wanted = set(kinds)
    for of, count in _COUNTING.items():
        if wanted.intersection(of):
            counts.update(count(session, campaign, start, end))
    return Counter({key: n for key, n in counts.items() if n and key.kind in wanted})


def _within(campaign: Campaign, start: int, end: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _ROW.c.campaign_id == campaign.id,
        _ROW.c.leaf_index >= start,
        _ROW.c.leaf_index < end,
    )


def _people(session: Session, campaign: Campaign, start: int, end: int) -> Counts:
    way = (_ROW.c.unit_id, _ROW.c.group_code, _ROW.c.channel)
    known = [_ROW.c[name] for name in MARGINS]
    query = sa.select(*way, *known, sa.func.count()).where(*_within(campaign, start, end))
    counts: Counts = Counter()
    for row in session.execute(query.group_by(*way, *known)):
        for kind, value in zip(MARGINS, row[3:-1], strict=True):
            counts[Key(kind, *row[:3], str(value))] += row[-1]
    return counts


def _posters(session: Session, campaign: Campaign, start: int, end: int) -> Counts:
    quarter = (_ROW.c.submitted_ms // _QUARTER_MS).label("quarter")
    by = (_ROW.c.entrance_id, _ROW.c.group_code, _ROW.c.channel, quarter)
    query = (
        sa.select(*by, sa.func.count())
        .join(Entrance, Entrance.id == _ROW.c.entrance_id)
        .where(*_within(campaign, start, end), Entrance.kind == "poster")
        .group_by(*by)
    )
    counts: Counts = Counter()
    for poster, group_code, channel, at, n in session.execute(query):
        day = local_day(from_epoch_ms(int(at) * _QUARTER_MS), campaign.timezone)
        counts[Key("poster", poster, group_code, channel, day)] += n
    return counts


def _batches(session: Session, campaign: Campaign, start: int, end: int) -> Counts:
    """Count codes by which answers came; one for several units once."""
    of, batch, earlier = Entrance, CodeBatch, _ROW.alias("earlier")
    time = (_ROW.c.submitted_ms // TIME_MS).label("time")
    by = (batch.first_code, batch.group_code, batch.channel, time)
    query = (
        sa.select(*by, sa.func.count())
        .select_from(_ROW)
        .join(of, of.id == _ROW.c.entrance_id)
        .join(
            batch,
            sa.and_(
                batch.campaign_id == of.campaign_id,
                batch.issued_at == of.issued_at,
                batch.issued_by == of.issued_by,
                batch.kind == of.kind,
                batch.unit_id.is_not_distinct_from(of.unit_id),
                batch.group_code == of.group_code,
                batch.channel == of.channel,
            ),
        )
        .where(
            *_within(campaign, start, end),
            of.collected.is_(sa.false()),
            sa.or_(
                _ROW.c.sitting_id.is_(None),
                ~sa.exists().where(
                    earlier.c.sitting_id == _ROW.c.sitting_id,
                    earlier.c.leaf_index < _ROW.c.leaf_index,
                ),
            ),
        )
        .group_by(*by)
    )
    counts: Counts = Counter()
    for first_code, group_code, channel, at, n in session.execute(query):
        counts[Key("batch", first_code, group_code, channel, "")] += n
        counts[Key("batch_time", first_code, group_code, channel, str(at))] += n
    return counts


def _repeated(session: Session, campaign: Campaign, start: int, end: int) -> Counts:
    """Count answers the counters hold valid that the scoring sets aside: a device's second.

    An answer that was sent earlier can come later, so a device's answers are looked at whole: what
    they count for now, less what those before counted for.
    """
    rules = _rules(session, campaign)
    counts: Counts = Counter()
    if rules is None:
        return counts
    codes = {entry.unit_id: entry.unit.code for entry in campaign.units}
    of_device: defaultdict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    where = {"campaign": campaign.id, "start": start, "end": end}
    for row in map(dict, session.execute(_repeating(), where).mappings()):
        of_device[row["unit_id"], row["device_mark"]].append(row)
    for rows in of_device.values():
        before = [row for row in rows if row["leaf_index"] < start]
        for sign, repeating in ((1, rows[1:]), (-1, before[1:])):
            for row in repeating:
                if rules.pass_answer(row, unit_code=codes[row["unit_id"]]):
                    day = local_day(from_epoch_ms(row["submitted_ms"]), campaign.timezone)
                    way = (row["unit_id"], row["group_code"], row["channel"])
                    counts[Key("repeated", *way, day)] += sign
    return counts


def _rules(session: Session, campaign: Campaign) -> AloneRules | None:
    """Return the rules one answer alone is judged by; None where a device may repeat."""
    if campaign.plan is None:
        return None
    areas = sa.select(Area.code, Area.position).where(Area.campaign_id == campaign.id)
    rules = AloneRules.of(Plan.from_dict(campaign.plan), areas=dict(session.execute(areas).all()))
    return rules if REPEATED_DEVICE in rules.excluding else None


@cache  # many pages ask it, and it takes milliseconds to write down
def _repeating() -> sa.Select[*tuple[Any, ...]]:
    """Return the query for all answers of devices of which one of those came, the first first."""
    campaign: sa.BindParameter[int] = sa.bindparam("campaign")
    start: sa.BindParameter[int] = sa.bindparam("start")
    end: sa.BindParameter[int] = sa.bindparam("end")
    came = (
        sa.select(_ROW.c.unit_id, _ROW.c.device_mark)
        .where(
            _ROW.c.campaign_id == campaign,
            _ROW.c.leaf_index >= start,
            _ROW.c.leaf_index < end,
            _ROW.c.device_mark.is_not(None),
        )
        .distinct()
        .subquery()
    )
    # A bare place would make SQLite look through all places for each device, and not by its index.
    row, other = _ROW.alias("row"), _ROW.alias("other")
    same = [
        row.c.campaign_id == campaign,
        row.c.unit_id == came.c.unit_id,
        row.c.device_mark == came.c.device_mark,
        row.c.device_mark.is_not(None),  # said, so that the index of devices may be used
    ]
    also = sa.exists().where(
        other.c.campaign_id == campaign,
        other.c.unit_id == row.c.unit_id,
        other.c.device_mark == row.c.device_mark,
        other.c.device_mark.is_not(None),
        other.c.leaf_index + 0 < end,
        other.c.id != row.c.id,
    )
    return (
        sa.select(row)
        .select_from(came.join(row, sa.and_(*same)))
        .where(row.c.leaf_index + 0 < end, also)
        .order_by(row.c.submitted_ms, row.c.leaf_index)
    )


_Count = Callable[[Session, Campaign, int, int], Counts]
_COUNTING: dict[tuple[str, ...], _Count] = {
    MARGINS: _people,
    ("poster",): _posters,
    ("batch", "batch_time"): _batches,
    ("repeated",): _repeated,
}
