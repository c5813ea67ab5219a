"""Tallies as pages read them: what is kept, and the answers that came since."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.model import AnswerTally, Campaign, TallyPlace
from survey.tallies.counting import Counts, Key, added
from survey.tallies.place import Places

_TALLY = cast(sa.Table, AnswerTally.__table__)
_T = TypeVar("_T")

PLACES = Places(cast(sa.Table, TallyPlace.__table__))


def tallies(
    session: Session, campaign: Campaign, *kinds: str, of: Collection[int] | None = None
) -> Counts:
    """Return tallies of all answers there are; with `of`, those of some units, posters or batches.

    A server carries what is kept on every few seconds, so that little is counted here.
    """
    counts, start, end = _settled(session, campaign, lambda: kept(session, campaign, *kinds, of=of))
    for key, n in added(session, campaign, start, end, kinds).items():
        if of is None or key.of in of:
            counts[key] += n
    return counts


def halves(session: Session, campaign: Campaign, *, of: Collection[int]) -> dict[int, float]:
    """Return by batch the time until which half of its answers came, in units of `TIME_MS`.

    Those of one time are taken to have come evenly.
    """
    if not of:
        return {}
    times: defaultdict[int, Counter[int]] = defaultdict(Counter)
    rows, start, end = _settled(session, campaign, lambda: _kept_times(session, campaign, of))
    for batch, time, n in rows:
        times[batch][int(time)] = n
    for key, n in added(session, campaign, start, end, ["batch_time"]).items():
        if key.of in of:
            times[key.of][int(key.value)] += n
    return {batch: _half(counts) for batch, counts in times.items()}


def _settled(session: Session, campaign: Campaign, read: Callable[[], _T]) -> tuple[_T, int, int]:
    """Read what is kept; return it, the place up to which it tells, and where answers end."""
    while True:
        start, end = PLACES.of(session, campaign.id)
        found = read()
        if PLACES.of(session, campaign.id)[0] == start:  # else carried on between the two
            return found, start, end


def _kept_times(session: Session, campaign: Campaign, of: Collection[int]) -> Sequence[Any]:
    """Return batch, time and answers: bare rows, for there are thousands in a season."""
    tally = _TALLY.c
    query = sa.select(tally.of, tally.value, tally.counted).where(
        tally.campaign_id == campaign.id, tally.kind == "batch_time", tally.of.in_(of)
    )
    return session.execute(query).all()


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
