"""The number a resident looks his comment up by: its hash is kept, so that no row holds it.

It is another one than the receipt: who is made to show that he answered shows no comment with it,
and it still opens the case when the receipts are gone.
"""

import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import Campaign, Case

_MOST_UNITS = 100  # more than one person rates in one sitting
_MARK_BYTES = 16


def ticket_mark(ticket: str, number: int) -> bytes:
    """Return what is kept of a number for the comment on the n-th unit of its sheet, from 0."""
    return hashlib.sha256(f"case|{ticket}|{number}".encode()).digest()[:_MARK_BYTES]


def cases_under(
    session: Session, ticket: str, *, lock: bool = False
) -> list[tuple[Campaign, Case]]:
    """Return the cases a number opens, in the order of the units on its sheet."""
    places = {ticket_mark(ticket, number): number for number in range(_MOST_UNITS)}
    query = (
        sa.select(Campaign, Case)
        .join(Case, Case.campaign_id == Campaign.id)
        .where(Case.ticket.in_(places))
    )
    rows = session.execute(query.with_for_update(of=Case) if lock else query).all()
    return sorted(((row[0], row[1]) for row in rows), key=lambda row: places[row[1].ticket])
