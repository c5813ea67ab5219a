"""What residents wrote goes when its purpose ends: originals, last words, reports of coaching."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock, local_day
from survey.feedback import matters
from survey.feedback.cases import RESIDENT
from survey.model import Campaign, Case, CaseStep, CoachingReport, Comment, Response
from survey.problems import Refused
from survey.scheme.campaign_scheme import scheme_of
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said


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
    _need_ended(campaign, clock())
    of_campaign = sa.select(Response.id).where(Response.campaign_id == campaign.id)
    written = sa.or_(Comment.text != "", Comment.local_texts != "")
    where = (Comment.response_id.in_(of_campaign), written)
    n = n_originals(session, campaign=campaign)
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
    matters.begin_anew(session, campaign)
    audit.record(
        session, by=by, at=clock(), action="comment.erase", subject=campaign.code, comments=n
    )
    return n


def n_originals(session: Session, *, campaign: Campaign) -> int:
    """Return how many comments still have a text a resident wrote."""
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(Comment)
            .join(Response, Response.id == Comment.response_id)
            .where(
                Response.campaign_id == campaign.id,
                sa.or_(Comment.text != "", Comment.local_texts != ""),
            )
        )
        or 0
    )


def _need_ended(campaign: Campaign, at: datetime) -> None:
    last = last_day(campaign)
    if date.fromisoformat(local_day(at, campaign.timezone)) <= last:
        raise Refused.of(
            zh=f"方案的最后一天是 {last}，次日起才能删除意见原文",
            en=f"the scheme ends on {last}; originals can be erased from the day after",
        )


def _basis(matter: Matter) -> Facts:
    _need_ended(matter.campaign, matter.site.clock())
    return {
        "comments": n_originals(matter.session, campaign=matter.campaign),
        "last_day": last_day(matter.campaign).isoformat(),
    }


def _told(matter: Matter) -> list[Said]:
    n = n_originals(matter.session, campaign=matter.campaign)
    return [
        Said(
            zh=f"删除居民意见原文 {n} 条，以及追问、举报的文字；删除后不能恢复",
            en=f"erase the originals of {n} comments, and what residents wrote since; for good",
        )
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    n = erase_originals(
        matter.session, campaign=matter.campaign, by=persons.approved_by, clock=matter.site.clock
    )
    return Done(said=Said(zh=f"已删除意见原文 {n} 条。", en=f"{n} originals erased."))


ERASE = Deed(
    kind="comment.erase",
    name=Said(zh="删除意见原文", en="Erase comments"),
    propose="record.erase",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
)
