"""What residents wrote goes when its purpose ends: originals, last words, reports of coaching."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock, local_day
from survey.feedback.cases import RESIDENT
from survey.model import Campaign, Case, CaseStep, CoachingReport, Comment, Response
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of


def last_day(campaign: Campaign) -> date:
    """Return the last day of the scheme's calendar: until then originals may be needed."""
    days = [step.ends_on for step in scheme_of(campaign).calendar]
    fieldwork = date.fromisoformat(local_day(campaign.ends_at, campaign.timezone))
    return max([*days, fieldwork])


def erase_originals(session: Session, *, campaign: Campaign, by: str, clock: Clock) -> int:
    """Empty every text a resident wrote; returns how many comments had one.

    Raises Refused before the day after the scheme's last. What was redacted for the units stays
    as the record of what was dealt with; no ledger leaf covers a comment, so proofs stay whole.
    """
    today = date.fromisoformat(local_day(clock(), campaign.timezone))
    last = last_day(campaign)
    if today <= last:
        raise Refused.of(
            zh=f"方案的最后一天是 {last}，次日起才能删除意见原文",
            en=f"the scheme ends on {last}; originals can be erased from the day after",
        )
    of_campaign = sa.select(Response.id).where(Response.campaign_id == campaign.id)
    written = sa.or_(Comment.text != "", Comment.local_texts != "")
    where = (Comment.response_id.in_(of_campaign), written)
    n = session.scalar(sa.select(sa.func.count()).select_from(Comment).where(*where)) or 0
    session.execute(sa.update(Comment).where(*where).values(text="", local_texts=""))
    cases = sa.select(Case.id).where(Case.campaign_id == campaign.id)
    session.execute(
        sa.update(CaseStep)
        .where(CaseStep.case_id.in_(cases), CaseStep.by == RESIDENT)
        .values(text="")
    )
    session.execute(
        sa.update(CoachingReport).where(CoachingReport.campaign_id == campaign.id).values(text="")
    )
    audit.record(
        session, by=by, at=clock(), action="comment.erase", subject=campaign.code, comments=n
    )
    return n
