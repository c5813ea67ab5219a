"""How each batch of one-time codes was answered: what the statistics compare batches by."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from survey.model import Campaign, Entrance, Response


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
    """Return the batches of a campaign and how the answers, in this order, came through them."""
    units = {entry.unit_id: entry for entry in campaign.units}
    number: dict[tuple[int, str, str, datetime, str], int] = {}
    batches: list[BatchOfOneUnit] = []
    of_code: dict[int, int] = {}
    withdrawn: list[int] = []
    codes = sa.select(
        Entrance.id,
        Entrance.unit_id,
        Entrance.group_code,
        Entrance.channel,
        Entrance.issued_at,
        Entrance.issued_by,
        Entrance.withdrawn_at.is_not(None).label("is_withdrawn"),
    ).where(
        Entrance.campaign_id == campaign.id,
        Entrance.kind == "invitation",
        Entrance.collected.is_(sa.false()),
    )
    for row in session.execute(codes.order_by(Entrance.id)):
        assert row.unit_id is not None
        named = (row.unit_id, row.group_code, row.channel, row.issued_at, row.issued_by)
        if named not in number:
            number[named] = len(batches)
            entry = units[row.unit_id]
            batches.append(
                BatchOfOneUnit(
                    unit_code=entry.unit.code,
                    class_code=entry.class_code,
                    group_code=row.group_code,
                    channel=row.channel,
                    issued_at=row.issued_at,
                    issued_by=row.issued_by,
                )
            )
        of_code[row.id] = number[named]
        withdrawn += [number[named]] if row.is_withdrawn else []
    came = sa.select(Response.id, Response.invitation_id, Response.submitted_ms).where(
        Response.campaign_id == campaign.id, Response.invitation_id.is_not(None)
    )
    batch = np.full(response_ids.size, -1, dtype=np.intp)
    waited = np.zeros(response_ids.size, dtype=np.int64)
    usable = [max(one.issued_at, campaign.starts_at).timestamp() for one in batches]
    place_of = {int(response_id): place for place, response_id in enumerate(response_ids)}
    for response_id, code_id, submitted_ms in session.execute(came):
        place, through = place_of.get(response_id), of_code.get(code_id or 0)
        if place is not None and through is not None:
            batch[place] = through
            waited[place] = submitted_ms // 1000 - int(usable[through])
    issued, gone = (
        np.bincount(np.array([*of], dtype=np.intp), minlength=len(batches)).astype(np.int64)
        for of in (of_code.values(), withdrawn)
    )
    return AnsweredBatches(
        batches=tuple(batches), issued=issued, withdrawn=gone, batch=batch, waited=waited
    )
