"""Up to which place in a campaign's ledger something has been read, by whichever process did it."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Ledger
from survey.site.database import insert_new


class Places:
    """The places of all campaigns, kept in a table of `campaign_id` and `size`."""

    def __init__(self, table: sa.Table) -> None:
        self._table = table

    def behind(self, session: Session) -> list[int]:
        """Return the campaigns with answers that have not been read."""
        kept = self._table.c
        query = (
            sa.select(Ledger.campaign_id)
            .outerjoin(self._table, kept.campaign_id == Ledger.campaign_id)
            .where(Ledger.size > sa.func.coalesce(kept.size, 0))
        )
        return list(session.scalars(query))

    def of(self, session: Session, campaign_id: int) -> tuple[int, int]:
        """Return up to which place of the ledger a campaign has been read, and its size."""
        kept = sa.select(self._table.c.size).where(self._table.c.campaign_id == campaign_id)
        size = sa.select(Ledger.size).where(Ledger.campaign_id == campaign_id)
        both = sa.select(kept.scalar_subquery(), size.scalar_subquery())
        start, end = session.execute(both).one()
        return start or 0, end or 0

    def move(self, session: Session, campaign_id: int, start: int, end: int) -> bool:
        """Move a place, unless another process or a new beginning moved it meanwhile."""
        connection, kept = session.connection(), self._table.c
        connection.execute(
            insert_new(connection, self._table), {"campaign_id": campaign_id, "size": 0}
        )
        moved = sa.update(self._table).where(kept.campaign_id == campaign_id, kept.size == start)
        return connection.execute(moved.values(size=end)).rowcount == 1
