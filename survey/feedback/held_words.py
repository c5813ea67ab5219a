"""The words of a campaign's comments as a process holds them, to compare new ones with."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.feedback.likeness import Likeness, Said
from survey.model import Case, Comment, CommentMatter, MatterPlace, Response

_ANYBODY = b"anybody"  # the same few words are one matter, whoever says them


class HeldWords:
    """The words of a campaign's comments, up to a place in its ledger, as a process holds them."""

    def __init__(self, place: int, begun: int, familiar: list[str]) -> None:
        self.place = place
        self.begun = begun
        self.ids: list[int] = []
        self._n_familiar = len(familiar)
        self._likeness = Likeness(familiar)

    @classmethod
    def kept(cls, session: Session, campaign_id: int, place: int) -> "HeldWords":
        """Put back what is kept, without comparing anything again."""
        query = (
            sa.select(Response.id, Comment.text, CommentMatter.matter)
            .join(Comment, Comment.response_id == Response.id)
            .join(CommentMatter, CommentMatter.response_id == Response.id)
            .where(CommentMatter.campaign_id == campaign_id)
            .order_by(Response.leaf_index)
        )
        rows = session.execute(query).all()
        begun = times_begun(session, campaign_id)
        words, number = cls(place, begun, [row.text for row in rows]), dict[int, int]()
        for row in rows:
            number[row.id] = len(words.ids)
            words.ids.append(row.id)
            words._likeness.put_back(_said(row.text), number[row.matter])
        return words

    def is_outgrown(self) -> bool:
        """Tell whether so many came since that other words are common now."""
        return len(self.ids) > 2 * self._n_familiar + 500

    def take_up(self, rows: list[Any], place: int) -> dict[int, int]:
        """Take up comments; return by matter that is none any more the one it is part of."""
        joined = set[int]()
        for row in rows:
            self.ids.append(row.id)
            joined |= self._likeness.take_up(_said(row.text))
        self.place = place
        return {self.ids[number]: self.matter(number) for number in joined}

    def matter(self, number: int) -> int:
        """Return the response whose words are the first like those of one."""
        return self.ids[self._likeness.group(number)]


def times_begun(session: Session, campaign_id: int) -> int:
    """Return how often the reading of a campaign's words has begun from its first answer."""
    begun = sa.select(MatterPlace.begun).where(MatterPlace.campaign_id == campaign_id)
    return session.scalar(begun) or 1


def comments(session: Session, campaign_id: int, start: int, end: int) -> list[Any]:
    """Return the words between two places of a ledger: reasons, text, or once a case.

    Each has its response's id, unit and network mark.
    """
    query = (
        sa.select(
            Response.id,
            Response.unit_id,
            Response.network_mark,
            Comment.text,
            Comment.reasons,
        )
        .join(Comment, Comment.response_id == Response.id)
        .outerjoin(Case, Case.response_id == Response.id)
        .where(
            sa.or_(Case.id.is_not(None), Comment.reasons != ""),
            Response.campaign_id == campaign_id,
            Response.leaf_index >= start,
            Response.leaf_index < end,
        )
        .order_by(Response.leaf_index)
    )
    return list(session.execute(query))


def _said(text: str) -> Said:
    return Said(text=text, source=_ANYBODY)
