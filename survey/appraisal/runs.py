"""The runs of a campaign that are kept: whether and whose turn it is, the newest, what it found."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.record import AppraisalRecord
from survey.clock import local_day
from survey.fieldwork.campaigns import STATE_ZH
from survey.model import Appraisal, Campaign
from survey.problems import Problem, Refused

_SCORABLE = ("closed", "scored", "released")


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


def need_scorable(campaign: Campaign) -> None:
    """Refuse a campaign that is not closed, or whose answers are anonymous."""
    if campaign.plan is None or campaign.state not in _SCORABLE:
        raise Refused([_not_closed(campaign)])
    if campaign.anonymised_at is not None:
        raise Refused([_anonymous(campaign)])


def _anonymous(campaign: Campaign) -> Problem:
    assert campaign.anonymised_at is not None
    at = local_day(campaign.anonymised_at, campaign.timezone)
    return Problem(
        field=campaign.code,
        zh=f"答卷已于 {at} 作匿名处理，去掉了识别重复答卷所需的内容，不能重新计分；"
        "已发布的结果仍然有效",
        en=f"its answers were made anonymous on {at}: what finds repeated ones is gone, so they "
        "cannot be scored again; the releases stay as they are",
    )


def _not_closed(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh=f"评议活动当前为“{STATE_ZH[campaign.state]}”，结束后才能计分；"
        "请先运行 survey campaign close",
        en=f"the campaign is {campaign.state}; it can be scored once closed "
        "(survey campaign close)",
    )
