"""Tallies as pages read them: what is kept, and the answers that came since."""

from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import AnswerTally, Campaign, Ledger, TallyPlace
from survey.tallies.counting import Counts, Key, added


def tallies(
    session: Session, campaign: Campaign, *kinds: str, of: Collection[int] | None = None
) -> Counts:
    """Return tallies of all answers there are; with `of`, those of some units, posters or batches.

    A server carries what is kept on every few seconds, so that little is counted here.
    """
    while True:
        start, end = places(session, campaign)
        counts = kept(session, campaign, *kinds, of=of)
        if places(session, campaign)[0] == start:  # else carried on between the two
            break
    for key, n in added(session, campaign, start, end, kinds).items():
        if of is None or key.of in of:
            counts[key] += n
    return counts


def kept(
    session: Session, campaign: Campaign, *kinds: str, of: Collection[int] | None = None
) -> Counts:
    """Return tallies as they are kept, of the answers before their place."""
    tally = AnswerTally
    query = sa.select(
        tally.kind, tally.of, tally.group_code, tally.channel, tally.value, tally.counted
    ).where(tally.campaign_id == campaign.id, tally.kind.in_(kinds))
    if of is not None:
        query = query.where(tally.of.in_(of))
    return Counter({Key._make(row[:-1]): row[-1] for row in session.execute(query)})


def places(session: Session, campaign: Campaign) -> tuple[int, int]:
    """Return up to which place of the ledger a campaign's answers are tallied, and its size."""
    kept = sa.select(TallyPlace.size).where(TallyPlace.campaign_id == campaign.id)
    size = sa.select(Ledger.size).where(Ledger.campaign_id == campaign.id)
    start, end = session.execute(sa.select(kept.scalar_subquery(), size.scalar_subquery())).one()
    return start or 0, end or 0
