"""What answers tell of who gave them and through which poster, counted once and carried on.

Answers are only ever added, each with the next place in the ledger: who counted up to a place
reads from there on, by the index of places, however many came before.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.clock import from_epoch_ms, local_day
from survey.fieldwork.entrances import OPEN_CHANNEL
from survey.model import Campaign, Ledger, Response

_HOUR_MS = 3_600_000


class Who(NamedTuple):
    """What is known of answers that are counted together; positions as the answers have them."""

    unit_id: int
    group_code: str
    channel: str
    age: int
    sex: int
    residence: int
    area: int
    lang: str


@dataclass(slots=True)
class Tally:
    """Answers of one campaign up to a place in its ledger; an answer counts for each unit."""

    size: int = 0
    people: Counter[Who] = field(default_factory=Counter)
    posters: dict[int, Counter[str]] = field(default_factory=dict)  # by local day


class Tallies:
    """The tallies of this process; a page that asks carries its campaign's on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, bool], Tally] = {}

    def carried_on(self, session: Session, campaign: Campaign) -> Tally:
        """Return a campaign's tally with all answers there are."""
        key = (campaign.id, campaign.anonymised_at is None)
        size = session.scalar(sa.select(Ledger.size).where(Ledger.campaign_id == campaign.id)) or 0
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.size > size:  # an older database was put back
                kept = Tally()
            if kept.size < size:
                kept = _carried_on(session, campaign, kept, size)
                self._kept[key] = kept
            return kept


def _carried_on(session: Session, campaign: Campaign, before: Tally, size: int) -> Tally:
    """Count what came since; the old tally stays as it is for whoever reads it now."""
    people, posters = Counter(before.people), {k: Counter(v) for k, v in before.posters.items()}
    fresh = (
        Response.campaign_id == campaign.id,
        Response.leaf_index >= before.size,
        Response.leaf_index < size,
    )
    row = Response
    who = (row.unit_id, row.group_code, row.channel, row.age, row.sex, row.residence, row.area)
    query = sa.select(*who, row.lang, sa.func.count()).where(*fresh).group_by(*who, row.lang)
    for *known, count in session.execute(query):
        people[Who._make(known)] += count
    hour = (Response.submitted_ms // _HOUR_MS).label("hour")
    hours = (
        sa.select(Response.entrance_id, hour, sa.func.count())
        .where(*fresh, Response.channel == OPEN_CHANNEL)
        .group_by(Response.entrance_id, hour)
    )
    for entrance_id, at, count in session.execute(hours):
        if entrance_id is None:
            continue
        day = local_day(from_epoch_ms(int(at) * _HOUR_MS), campaign.timezone)
        posters.setdefault(entrance_id, Counter())[day] += count
    return Tally(size=size, people=people, posters=posters)
