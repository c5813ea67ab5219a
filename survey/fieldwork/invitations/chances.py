"""With which chance the holders of codes were drawn, as the record of issues tells it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import AuditEntry, Campaign, Entrance


def chances_of_codes(session: Session, *, campaign: Campaign) -> dict[int, float]:
    """Return the chance for each code of a batch whose holders were drawn from a roster.

    Kept by batch and for nobody: how many of a stratum's people were drawn stands in the entry of
    the audit that issued the batch, and in nothing that could be altered alone.
    """
    units = {entry.unit.code: entry.unit_id for entry in campaign.units}
    found: dict[int, float] = {}
    for entry in _issues(session, campaign):
        said = entry.detail
        codes = sa.select(Entrance.id).where(
            Entrance.campaign_id == campaign.id,
            Entrance.kind == "invitation",
            Entrance.collected.is_(sa.false()),
            Entrance.unit_id == units[said["unit"]],
            Entrance.group_code == said["group"],
            Entrance.channel == said["channel"],
            Entrance.issued_at == entry.at,
            Entrance.issued_by == entry.by,
        )
        chance = said["drawn"]["drawn"] / said["drawn"]["people"]
        found.update(dict.fromkeys(session.scalars(codes), chance))
    return found


def drawn_at(session: Session, *, campaign: Campaign) -> dict[datetime, Mapping[str, Any]]:
    """Return of each batch of people drawn, by the moment of its issue, from what it was drawn."""
    return {entry.at: entry.detail["drawn"] for entry in _issues(session, campaign)}


def _issues(session: Session, campaign: Campaign) -> Iterator[AuditEntry]:
    issued = sa.select(AuditEntry).where(
        AuditEntry.action == "invitation.issue", AuditEntry.subject == campaign.code
    )
    return (
        entry
        for entry in session.scalars(issued.order_by(AuditEntry.id))
        if "drawn" in entry.detail
    )
