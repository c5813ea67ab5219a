"""Residents' words are read beside the requests: what each is, and which are of one matter.

Comparing all words of a campaign takes seconds where there are thousands, so that no page does
it: each comment is compared once with those before it, and what comes of it is kept.
"""

import threading
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.feedback.held_words import HeldWords, comments, times_begun
from survey.feedback.kinds import kind_of
from survey.model import Campaign, Comment, CommentMatter, MatterPlace
from survey.site.database import Database
from survey.tallies.place import Places

CHUNK = 2_000  # answers whose words are read in a transaction: residents wait for no more
_CHUNKS = 25  # at once, or whoever stops a server waits

_MATTER = cast(sa.Table, CommentMatter.__table__)
_PLACE = cast(sa.Table, MatterPlace.__table__)
_PLACES = Places(_PLACE)


class Matters:
    """The matters of an installation's comments, which any of its processes carries on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[int, HeldWords] = {}
        self._reading = threading.Lock()

    def write(self) -> None:
        """Read comments that came since into what is kept, a chunk in a transaction."""
        with self._database.reading() as session:
            self._forget_gone(session)
        for campaign_id in self.behind():
            for _ in range(_CHUNKS):
                with self._reading:
                    if not self._carry_on(campaign_id):
                        break

    def behind(self) -> list[int]:
        """Return the campaigns with answers whose words have not been read."""
        with self._database.reading() as session:
            return _PLACES.behind(session)

    def catch_up(self, campaign_code: str) -> None:
        """Read the next chunk of a campaign now, unless this process is reading already."""
        with self._database.reading() as session:
            found = sa.select(Campaign.id).where(Campaign.code == campaign_code)
            campaign_id = session.scalar(found)
        if campaign_id is not None and self._reading.acquire(blocking=False):
            try:
                self._carry_on(campaign_id)
            finally:
                self._reading.release()

    def _forget_gone(self, session: Session) -> None:
        """Hold no words of an earlier beginning: a copy here would outlive their erasure."""
        for campaign_id, words in list(self._held.items()):
            if words.begun != times_begun(session, campaign_id):
                self._held.pop(campaign_id, None)

    def _carry_on(self, campaign_id: int) -> bool:
        """Read one chunk; False where nothing is left, or another process did."""
        with self._database.snapshot() as session:
            start, size = _PLACES.of(session, campaign_id)
            if start >= size:
                return False
            end = min(size, start + CHUNK)
            rows = comments(session, campaign_id, start, end)
            words = self._words(session, campaign_id, start) if rows else None
            joined = words.take_up(rows, end) if words else {}
        with self._database.writing() as session:
            if not _PLACES.move(session, campaign_id, start, end):
                return False
            _join(session, campaign_id, joined)
            if words:
                _keep(session, campaign_id, rows, words)
        return end < size

    def _words(self, session: Session, campaign_id: int, start: int) -> HeldWords:
        """Return what this process holds of the comments before a place, read up to it."""
        self._forget_gone(session)
        words = self._held.get(campaign_id)
        if words is not None and words.place < start:  # another process read those between
            words.take_up(comments(session, campaign_id, words.place, start), start)
        if words is None or words.place != start or words.is_outgrown():
            words = self._held[campaign_id] = HeldWords.kept(session, campaign_id, start)
        return words


def n_unread(session: Session, campaign: Campaign) -> int:
    """Return how many answers have come whose words have not been read yet."""
    start, size = _PLACES.of(session, campaign.id)
    return max(size - start, 0)


def begin_anew(session: Session, campaign: Campaign) -> None:
    """Forget what is kept of a campaign, so that its words are read again as they are."""
    session.execute(sa.delete(_MATTER).where(_MATTER.c.campaign_id == campaign.id))
    place = sa.update(_PLACE).where(_PLACE.c.campaign_id == campaign.id)
    session.execute(place.values(size=0, begun=_PLACE.c.begun + 1))


def forget_words(session: Session, *, campaign: Campaign, response_id: int) -> None:
    """Keep of a comment whose words are gone what it is without them, alike with none.

    Processes that hold its words let go of them: what is kept has begun anew for them.
    """
    reasons = session.get_one(Comment, response_id).reasons
    of = (_MATTER.c.campaign_id == campaign.id, _MATTER.c.response_id == response_id)
    kept = {"kind": kind_of("", reasons), "matter": response_id}
    session.execute(sa.update(_MATTER).where(*of).values(kept))
    place = sa.update(_PLACE).where(_PLACE.c.campaign_id == campaign.id)
    session.execute(place.values(begun=_PLACE.c.begun + 1))


def _join(session: Session, campaign_id: int, joined: dict[int, int]) -> None:
    for before, matter in sorted(joined.items()):
        of = (_MATTER.c.campaign_id == campaign_id, _MATTER.c.matter == before)
        session.execute(sa.update(_MATTER).where(*of).values(matter=matter))


def _keep(session: Session, campaign_id: int, rows: list[Any], words: HeldWords) -> None:
    first = len(words.ids) - len(rows)
    kept = [
        {
            "response_id": row.id,
            "campaign_id": campaign_id,
            "unit_id": row.unit_id,
            "kind": kind_of(row.text, row.reasons),
            "matter": words.matter(number),
            "source": row.network_mark,
        }
        for number, row in enumerate(rows, first)
    ]
    if kept:
        session.execute(sa.insert(_MATTER), kept)
