"""What was issued of one-time codes: when, by whom, how many, and how many were answered."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, CampaignUnit, CoveredUnit, Entrance, Response, Sitting

FEWEST_TOLD = 10  # in a smaller batch the count would tell who has answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The codes of one issue; `answered` is None where it would tell of single people."""

    units: tuple[CampaignUnit, ...]
    group_code: str
    channel: str
    issued_at: datetime
    issued_by: str
    issued: int
    answered: int | None


def batches_of(session: Session, *, campaign: Campaign) -> list[Batch]:
    """Return the campaign's batches of codes, newest first."""
    named = (Entrance.issued_at, Entrance.issued_by, Entrance.group_code, Entrance.channel)
    first = sa.func.min(Entrance.id)
    answered_once = sa.func.count(Response.invitation_id) + sa.func.count(Sitting.invitation_id)
    rows = session.execute(
        sa.select(*named, Entrance.unit_id, first, sa.func.count(Entrance.id), answered_once)
        .outerjoin(Response, Response.invitation_id == Entrance.id)
        .outerjoin(Sitting, Sitting.invitation_id == Entrance.id)
        .where(Entrance.campaign_id == campaign.id, Entrance.kind != "poster")
        .group_by(*named, Entrance.kind, Entrance.unit_id)
        .order_by(Entrance.issued_at.desc(), first.desc())
    ).all()
    forgotten = campaign.anonymised_at is not None  # which codes were answered is gone
    return [
        Batch(
            units=_covered(session, campaign, first_id, unit_id),
            group_code=group_code,
            channel=channel,
            issued_at=issued_at,
            issued_by=issued_by,
            issued=issued,
            answered=answered if issued >= FEWEST_TOLD and not forgotten else None,
        )
        for issued_at, issued_by, group_code, channel, unit_id, first_id, issued, answered in rows
    ]


def _covered(
    session: Session, campaign: Campaign, invitation_id: int, unit_id: int | None
) -> tuple[CampaignUnit, ...]:
    """Return what an invitation lets its holder rate: its one unit, or all those covered."""
    ids = {unit_id}
    if unit_id is None:
        covered = sa.select(CoveredUnit.unit_id).where(CoveredUnit.invitation_id == invitation_id)
        ids = set(session.scalars(covered))
    return tuple(taking_part for taking_part in campaign.units if taking_part.unit_id in ids)
