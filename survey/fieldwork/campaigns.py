"""Campaigns: found, asked for their state, closed."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.ledger.book import lock_tail
from survey.model import (
    Campaign,
)
from survey.problems import Refused

STATE_ZH = {
    "draft": "准备中",
    "open": "评议进行中",
    "closed": "已结束",
    "scored": "已计分",
    "released": "已发布",
}


def find_campaign(session: Session, code: str) -> Campaign:
    """Return a campaign by its code; raises Refused if there is none."""
    campaign = session.scalar(sa.select(Campaign).where(Campaign.code == code))
    if campaign is None:
        raise Refused.of(zh=f"没有编号为 {code} 的评议活动", en=f"there is no campaign {code}")
    return campaign


def all_campaigns(session: Session) -> list[Campaign]:
    """Return every campaign, the latest first."""
    return list(session.scalars(sa.select(Campaign).order_by(Campaign.starts_at.desc())))


def close_campaign(session: Session, *, campaign: Campaign, by: str, clock: Clock) -> None:
    """End the answering; raises Refused unless the campaign is open."""
    lock_tail(session, campaign_id=campaign.id)  # whoever is storing an answer finishes first
    need_state(campaign, "open")
    campaign.state = "closed"
    campaign.closed_at = clock()
    audit.record(
        session, by=by, at=campaign.closed_at, action="campaign.close", subject=campaign.code
    )


def need_state(campaign: Campaign, state: str) -> None:
    """Refuse what is done in one state only to a campaign in another."""
    if campaign.state != state:
        raise Refused.of(
            zh=f"评议活动 {campaign.code} 当前为“{STATE_ZH[campaign.state]}”，"
            f"处于“{STATE_ZH[state]}”时才能进行此操作",
            en=f"campaign {campaign.code} is {campaign.state}; it must be {state} for this",
        )
