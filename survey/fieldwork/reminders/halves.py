"""Half of each batch by lot: whose turn to be reminded comes first, for all to repeat.

The lots need no row of their own: whoever has the seed, a batch's number and how many codes it has
finds them again. They tell nothing of who has answered.
"""

import hashlib
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.book import read_frontier
from survey.model import Campaign, Reminder

EVERYBODY, FIRST, SECOND = 0, 1, 2


def seed_of(session: Session, *, campaign: Campaign) -> str:
    """Return the seed of a campaign's lots: that on record, else one of its ledger as it stands.

    SHA-256 of “campaign|ledger size|ledger root|reminders”, when the first half is first reminded.
    Nobody can choose it: each answer that comes changes the root.
    """
    query = sa.select(Reminder.seed).where(
        Reminder.campaign_id == campaign.id, Reminder.seed.is_not(None)
    )
    known = session.scalars(query.order_by(Reminder.wave).limit(1)).first()
    if known:
        return known
    ledger = read_frontier(session, campaign_id=campaign.id)
    told = f"{campaign.code}|{ledger.size}|{ledger.root().hex()}|reminders"
    return hashlib.sha256(told.encode()).hexdigest()


@lru_cache(maxsize=256)
def serials_of(part: int, *, seed: str, batch: int, size: int) -> frozenset[int]:
    """Return the serials of a half: in the order of SHA-256 of “seed|batch-serial” the first half.

    Of an odd number the first half has one more.
    """
    order = sorted(
        range(1, size + 1),
        key=lambda serial: hashlib.sha256(f"{seed}|{batch}-{serial}".encode()).digest(),
    )
    cut = (size + 1) // 2
    return frozenset(order[:cut] if part == FIRST else order[cut:])
