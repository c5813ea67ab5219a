"""What was issued of one-time codes: when, by whom, how many, and how many were answered."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Entrance, Response, Unit

FEWEST_TOLD = 10  # in a smaller batch the count would tell who has answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The codes of one issue; `answered` is None where it would tell of single people."""

    unit: Unit
    group_code: str
    channel: str
    issued_at: datetime
    issued_by: str
    issued: int
    answered: int | None


def batches_of(session: Session, *, campaign: Campaign) -> list[Batch]:
    """Return the campaign's batches of codes, newest first."""
    named = (Entrance.issued_at, Entrance.issued_by, Entrance.group_code, Entrance.channel)
    rows = session.execute(
        sa.select(
            *named,
            Entrance.unit_id,
            sa.func.count(Entrance.id),
            sa.func.count(Response.invitation_id),
        )
        .outerjoin(Response, Response.invitation_id == Entrance.id)
        .where(Entrance.campaign_id == campaign.id, Entrance.kind == "invitation")
        .group_by(*named, Entrance.unit_id)
        .order_by(Entrance.issued_at.desc(), Entrance.unit_id, Entrance.group_code)
    ).all()
    units = {taking_part.unit_id: taking_part.unit for taking_part in campaign.units}
    return [
        Batch(
            unit=units[unit_id],
            group_code=group_code,
            channel=channel,
            issued_at=issued_at,
            issued_by=issued_by,
            issued=issued,
            answered=answered if issued >= FEWEST_TOLD else None,
        )
        for issued_at, issued_by, group_code, channel, unit_id, issued, answered in rows
        if unit_id is not None
    ]
