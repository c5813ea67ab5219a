"""The runs of a campaign that are kept: whose turn it is, the newest, what it found."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record import AppraisalRecord
from survey.model import Appraisal, Campaign


def wait_for_turn(session: Session, *, campaign: Campaign) -> None:
    """Hold the campaign until this transaction ends, and read its state as it now is.

    Two people who press the same button follow one another; the second sees what the first did.
    """
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    session.refresh(campaign, ["state"])


def latest_appraisal(session: Session, *, campaign: Campaign) -> Appraisal | None:
    """Return the campaign's newest run, if there is one."""
    query = sa.select(Appraisal).where(Appraisal.campaign_id == campaign.id)
    return session.scalar(query.order_by(Appraisal.id.desc()).limit(1))


def read_record(appraisal: Appraisal) -> AppraisalRecord:
    """Return the figures of a run, whichever version kept them."""
    return AppraisalRecord.from_dict(appraisal.content, file=f"appraisal {appraisal.id}")
