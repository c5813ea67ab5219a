"""Tallies as pages read them: what is kept, and the answers that came since."""

from collections import Counter
from collections.abc import Collection
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import AnswerTally, Campaign, TallyPlace
from survey.tallies.counting import Counts, Key, added
from survey.tallies.place import Places

_TALLY = cast(sa.Table, AnswerTally.__table__)
PLACES = Places(cast(sa.Table, TallyPlace.__table__))


def tallies(
    session: Session, campaign: Campaign, *kinds: str, of: Collection[int] | None = None
) -> Counts:
    """Return tallies of all answers there are; with `of`, those of some units, posters or batches.

    A server carries what is kept on every few seconds, so that little is counted here.
    """
    while True:
        start, end = PLACES.of(session, campaign.id)
        counts = kept(session, campaign, *kinds, of=of)
        if PLACES.of(session, campaign.id)[0] == start:  # else carried on between the two
            break
    for key, n in added(session, campaign, start, end, kinds).items():
        if of is None or key.of in of:
            counts[key] += n
    return counts


def kept(
    session: Session, campaign: Campaign, *kinds: str, of: Collection[int] | None = None
) -> Counts:
    """Return tallies as they are kept, of the answers before their place."""
    tally = _TALLY.c
    query = sa.select(*(tally[name] for name in Key._fields), tally.counted).where(
        tally.campaign_id == campaign.id, tally.kind.in_(kinds)
    )
    if of is not None:
        query = query.where(tally.of.in_(of))
    # All at once: fetched one by one they take longer than they are counted in.
    rows = session.execute(query).all()
    return Counter({Key(*key): n for *key, n in rows})
