"""The office takes an appeal in, and gives whoever deals with it what was attached."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.appeals.filing import Attached
from survey.appraisal.appeals.steps import add_step, find_appeal, is_received
from survey.appraisal.runs import wait_for_turn
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.book import lock_tail
from survey.model import AppealFile, AppealStep, Campaign
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.proposals import require_official


def receive_appeal(
    session: Session, *, site: Site, campaign: Campaign, number: int, by: str
) -> None:
    """Say that the office has taken an appeal in, sealed.

    Raises Refused where it was before, and for officials who may not.
    """
    wait_for_turn(session, campaign=campaign)
    lock_tail(session, campaign_id=campaign.id)  # before the audit's, as every sealed deed does
    require_official(session, username=by, action="appeal.run")
    appeal = find_appeal(session, campaign=campaign, number=number)
    if is_received(session, appeal):
        raise Refused.of(
            field=str(number),
            zh=f"第 {number} 号申诉已经受理",
            en=f"appeal {number} was received already",
        )
    step = AppealStep(step="received", at=site.clock(), by=by, reason="")
    add_step(session, campaign=campaign, appeal=appeal, step=step)
    seal_ledger(site, session, campaign, "appeal")


def take_attachment(
    session: Session, *, site: Site, campaign: Campaign, number: int, by: str
) -> Attached:
    """Return what was attached to an appeal, and leave on record who took it.

    Raises Refused where nothing was attached.
    """
    require_official(session, username=by, action="appeal.run")
    appeal = find_appeal(session, campaign=campaign, number=number)
    query = sa.select(AppealFile.content).where(AppealFile.appeal_id == appeal.id)
    content = session.scalar(query)
    if content is None or appeal.file_name is None:
        raise Refused.of(field=str(number), zh="没有附件", en="nothing was attached")
    audit.record(
        session,
        by=by,
        at=site.clock(),
        action="appeal.download",
        subject=campaign.code,
        appeal=number,
        digest=appeal.file_digest,
    )
    return Attached(name=appeal.file_name, content=content)
