"""How each batch of one-time codes was answered: what the statistics compare batches by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.model import Campaign, Entrance, Response
from survey.site.database import plain_rows

# Codes that are alike in all of these were issued together.
_TOGETHER = (
    Entrance.unit_id,
    Entrance.group_code,
    Entrance.channel,
    Entrance.issued_at,
    Entrance.issued_by,
)
_AT_ONCE = 1_000
# As the database keeps it: equal where the moments are, and not read a million times.
_RAW_ISSUED_AT = sa.type_coerce(Entrance.issued_at, sa.Text).label("raw_issued_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOfOneUnit:
    """Codes for one unit that were issued at one moment."""

    unit_code: str
    class_code: str
    group_code: str
    channel: str
    issued_at: datetime
    issued_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredBatches:
    """Batches, and of each answer the batch it came through (-1: none) and when.

    Of the codes `issued` those `withdrawn` unused could bring no answer any more.

    Codes for several units are left out: their holders are few, and their answers one another's.
    """

    batches: tuple[BatchOfOneUnit, ...]
    issued: NDArray[np.int64]
    withdrawn: NDArray[np.int64]
    batch: NDArray[np.intp]
    waited: NDArray[np.int64]


def answered_batches(
    session: Session, *, campaign: Campaign, response_ids: NDArray[np.int64]
) -> AnsweredBatches:
    """Return the batches of a campaign and how the answers, by ascending ids, came through them."""
    units = {entry.unit_id: entry for entry in campaign.units}
    found = session.execute(_batches(campaign)).all()
    batches = tuple(
        BatchOfOneUnit(
            unit_code=units[row.unit_id].unit.code,
            class_code=units[row.unit_id].class_code,
            group_code=row.group_code,
            channel=row.channel,
            issued_at=row.issued_at,
            issued_by=row.issued_by,
        )
        for row in found
    )
    batch = np.full(response_ids.size, -1, dtype=np.intp)
    waited = np.zeros(response_ids.size, dtype=np.int64)
    number = {(*row[:3], row.raw_issued_at, row.issued_by): n for n, row in enumerate(found)}
    response, submitted_ms, of_batch = _through(session, campaign, number)
    place = np.searchsorted(response_ids, response)
    is_there = place < response_ids.size
    is_there[is_there] = response_ids[place[is_there]] == response[is_there]
    place = place[is_there]
    batch[place] = of_batch[is_there]
    usable = [int(max(one.issued_at, campaign.starts_at).timestamp()) for one in batches]
    waited[place] = submitted_ms[is_there] // 1000 - np.array(usable, dtype=np.int64)[batch[place]]
    return AnsweredBatches(
        batches=batches,
        issued=np.array([row.issued for row in found], dtype=np.int64),
        withdrawn=np.array([row.withdrawn for row in found], dtype=np.int64),
        batch=batch,
        waited=waited,
    )


def _through(
    session: Session, campaign: Campaign, number: Mapping[tuple[Any, ...], int]
) -> NDArray[np.int64]:
    """Return of answers that came through batches ids, times in ms and batches, shape (3, n)."""
    some = [np.zeros((3, 0), dtype=np.int64)]
    for rows in plain_rows(session, _came(campaign), at_once=_AT_ONCE):
        ids, times, *names = zip(*rows, strict=True)
        numbers = [number[name] for name in zip(*names, strict=True)]
        columns = [np.array(each, dtype=np.int64) for each in (ids, times, numbers)]
        some.append(np.stack(columns))
    return np.concatenate(some, axis=1)


def _batches(campaign: Campaign) -> sa.Select[*tuple[Any, ...]]:
    """Select the batches in the order of their first codes, counted by the database."""
    return (
        sa.select(
            *_TOGETHER,
            _RAW_ISSUED_AT,
            sa.func.min(Entrance.id).label("first"),
            sa.func.count().label("issued"),
            sa.func.count(Entrance.withdrawn_at).label("withdrawn"),
        )
        .where(*_of_one_unit(campaign))
        .group_by(*_TOGETHER)
        .order_by(sa.text("first"))
    )


def _came(campaign: Campaign) -> sa.Select[*tuple[Any, ...]]:
    """Select the answers that came through batches: id, when in ms, and what names the batch."""
    return (
        sa.select(
            Response.id, Response.submitted_ms, *_TOGETHER[:3], _RAW_ISSUED_AT, Entrance.issued_by
        )
        .join(Entrance, Entrance.id == Response.invitation_id)
        .where(Response.campaign_id == campaign.id, *_of_one_unit(campaign))
    )


def _of_one_unit(campaign: Campaign) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Entrance.campaign_id == campaign.id,
        Entrance.kind == "invitation",
        Entrance.collected.is_(sa.false()),
    )
