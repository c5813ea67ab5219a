"""Tallies are carried on beside the requests, and begun anew where their answers changed."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import TALLIES, AnswerTally, Campaign, Ledger, TallyPlace
from survey.site.database import Database, add_counts, insert_new
from survey.tallies.counting import Counts, added
from survey.tallies.told import places

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
        with self._database.reading() as session:
            behind = session.scalars(
                sa.select(Ledger.campaign_id)
                .outerjoin(TallyPlace, TallyPlace.campaign_id == Ledger.campaign_id)
                .where(Ledger.size > sa.func.coalesce(TallyPlace.size, 0))
            ).all()
        for campaign_id in behind:
            for _ in range(_CHUNKS):
                if not self._carry_on(campaign_id):
                    break

    def _carry_on(self, campaign_id: int) -> bool:
        """Carry one campaign on by a chunk; False where nothing is left, or another process did."""
        with self._database.snapshot() as session:
            campaign = session.get_one(Campaign, campaign_id)
            start, size = places(session, campaign)
            end = min(size, start + CHUNK)
            counts = added(session, campaign, start, end, TALLIES)
        if start >= end:
            return False
        with self._database.writing() as session:
            if not _move(session, campaign_id, start, end):
                return False
            _add(session, campaign_id, counts)
        return end < size


def _move(session: Session, campaign_id: int, start: int, end: int) -> bool:
    """Move the place, unless another process or a new beginning moved it meanwhile."""
    connection = session.connection()
    connection.execute(insert_new(connection, _PLACE), {"campaign_id": campaign_id, "size": 0})
    moved = sa.update(_PLACE).where(_PLACE.c.campaign_id == campaign_id, _PLACE.c.size == start)
    return connection.execute(moved.values(size=end)).rowcount == 1


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
