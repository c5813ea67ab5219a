"""Tallies as pages read them: what is kept, and the answers that came since."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
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


def halves(session: Session, campaign: Campaign, *, of: Collection[int]) -> dict[int, float]:
    """Return by batch the time until which half of its answers came, in units of `TIME_MS`.

    Those of one time are taken to have come evenly. The database adds up what is kept: there are
    thousands of times in a season, and one of each batch is wanted.
    """
    if not of:
        return {}
    start, end = PLACES.of(session, campaign.id)
    late = {key.of for key in added(session, campaign, start, end, ["batch_time"])}
    found = _kept_halves(session, campaign, of)
    times: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for key, n in tallies(session, campaign, "batch_time", of=late.intersection(of)).items():
        times[key.of][int(key.value)] = n
    return found | {batch: _half(counts) for batch, counts in times.items()}


def _kept_halves(session: Session, campaign: Campaign, of: Collection[int]) -> dict[int, float]:
    tally = _TALLY.c
    time = sa.cast(tally.value, sa.Integer).label("time")
    until = sa.func.sum(tally.counted).over(partition_by=tally.of, order_by=time)
    whole = sa.func.sum(tally.counted).over(partition_by=tally.of)
    columns = (tally.of, time, tally.counted, until.label("until"), whole.label("whole"))
    at = (
        sa.select(*columns)
        .where(tally.campaign_id == campaign.id, tally.kind == "batch_time", tally.of.in_(of))
        .subquery()
    )
    is_half = (2 * at.c.until >= at.c.whole, 2 * (at.c.until - at.c.counted) < at.c.whole)
    return {
        row.of: row.time + (row.whole / 2 - (row.until - row.counted)) / row.counted
        for row in session.execute(sa.select(at).where(*is_half))
    }


def _half(times: Mapping[int, int]) -> float:
    left = sum(times.values()) / 2
    for time in sorted(times):
        if left <= times[time]:
            return time + left / times[time]
        left -= times[time]
    raise ValueError("no answers")


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
