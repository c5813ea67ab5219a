"""How the cases of a campaign stand, read from the words that people gave on them."""

from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.reviewed import review_word_digest
from survey.model import Campaign, ReviewCase, ReviewWord
from survey.two_persons.case_log import NOTHING_SAID, CaseVerdict, Standing, Word, replay


def read_standings(session: Session, *, campaign: Campaign) -> dict[int, Standing]:
    """Return how each case of a campaign stands of which anybody said a word, by its number."""
    query = (
        sa.select(ReviewWord, ReviewCase.number)
        .join(ReviewCase, ReviewCase.id == ReviewWord.case_id)
        .where(ReviewCase.campaign_id == campaign.id)
    )
    return replay(
        Word(
            case=number,
            turn=word.turn,
            position=word.position,
            verdict=cast(CaseVerdict, word.verdict),
            reason=word.reason,
            by=word.by,
            at=word.at,
            seal=review_word_digest(word, number=number, salt=campaign.record_salt),
        )
        for word, number in session.execute(query)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNamed:
    """A case by its number, and the unit it is about."""

    number: int
    unit_code: str


def undecided(session: Session, *, campaign: Campaign) -> list[CaseNamed]:
    """Return the cases that wait for somebody's word, in the order they were found."""
    query = sa.select(ReviewCase.number, ReviewCase.unit_code)
    cases = session.execute(
        query.where(ReviewCase.campaign_id == campaign.id).order_by(ReviewCase.number)
    ).all()
    standings = read_standings(session, campaign=campaign) if cases else {}
    return [
        CaseNamed(number=case.number, unit_code=case.unit_code)
        for case in cases
        if standings.get(case.number, NOTHING_SAID).state != "decided"
    ]
