"""Who takes the microdata of a release out of the system, and that it is on record."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.exchange.document import find_document, frozen
from survey.exchange.microdata.making import dataset_of
from survey.exchange.microdata.variables import Dataset
from survey.ledger.book import lock_tail
from survey.model import Campaign, Release


def released_answers(session: Session, *, campaign: Campaign, number: int | None = None) -> Dataset:
    """Return the microdata of a release, the newest one unless a number is given.

    Raises Refused before a release, and where few people could be told from them.
    """
    found = find_document(session, campaign=campaign, number=number).content.release.number
    query = sa.select(Release).where(Release.campaign_id == campaign.id, Release.number == found)
    release = session.scalars(query).one()
    return dataset_of(session, campaign=campaign, release=release, document=frozen(release))


def note_taken(
    session: Session,
    *,
    campaign: Campaign,
    number: int,
    answers: int,
    form: str,
    by: str,
    clock: Clock,
) -> None:
    """Leave on record who took the microdata of a release out of the system."""
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    audit.record(
        session,
        by=by,
        at=clock(),
        action="microdata.export",
        subject=campaign.code,
        number=number,
        answers=answers,
        format=form,
    )
