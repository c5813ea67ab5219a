"""Tallies are carried on beside the requests, and begun anew where their answers changed."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import TALLIES, AnswerTally, Campaign, TallyPlace
from survey.site.database import Database, add_counts
from survey.tallies.counting import Counts, added
from survey.tallies.told import PLACES

CHUNK = 2_000  # answers in a transaction: residents wait for no more
_CHUNKS = 25  # at once, or whoever stops a server waits

_TALLY = cast(sa.Table, AnswerTally.__table__)
_PLACE = cast(sa.Table, TallyPlace.__table__)


class Tallies:
    """The tallies of an installation, which any of its processes carries on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self) -> None:
        """Count answers that came since into what is kept, a chunk in a transaction."""
        for campaign_id in self.behind():
            for _ in range(_CHUNKS):
                if not self._carry_on(campaign_id):
                    break

    def behind(self) -> list[int]:
        """Return the campaigns with answers that have not been counted."""
        with self._database.reading() as session:
            return PLACES.behind(session)

    def _carry_on(self, campaign_id: int) -> bool:
        """Carry one campaign on by a chunk; False where nothing is left, or another process did."""
        with self._database.snapshot() as session:
            campaign = session.get_one(Campaign, campaign_id)
            start, size = PLACES.of(session, campaign_id)
            end = min(size, start + CHUNK)
            counts = added(session, campaign, start, end, TALLIES)
        if start >= end:
            return False
        with self._database.writing() as session:
            if not PLACES.move(session, campaign_id, start, end):
                return False
            _add(session, campaign_id, counts)
        return end < size


def _add(session: Session, campaign_id: int, counts: Counts) -> None:
    rows = [
        {"campaign_id": campaign_id, **key._asdict(), "counted": n}
        for key, n in sorted(counts.items())
    ]
    if rows:
        session.execute(add_counts(session.connection(), _TALLY), rows)


def begin_anew(session: Session, campaign: Campaign) -> None:
    """Forget what is kept of a campaign, so that it is counted again from the answers as they are.

    Done when they become anonymous: then nothing tells any more by which code one came.
    """
    for table in (_TALLY, _PLACE):
        session.execute(sa.delete(table).where(table.c.campaign_id == campaign.id))
