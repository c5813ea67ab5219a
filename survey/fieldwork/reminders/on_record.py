"""The reminders on record, batch by batch."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Reminder


def reminders_of(session: Session, *, campaign: Campaign) -> dict[int, list[Reminder]]:
    """Return the reminders of each batch by its number, the earliest first."""
    query = sa.select(Reminder).where(Reminder.campaign_id == campaign.id)
    found: dict[int, list[Reminder]] = {}
    for reminder in session.scalars(query.order_by(Reminder.wave)):
        found.setdefault(reminder.batch, []).append(reminder)
    return found
