"""A campaign's mark key is destroyed on the scheme's day: nobody can tell sources apart again."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.release import latest_release
from survey.clock import Clock, local_day
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.site.keys import Keys

DAYS_AFTER_RELEASE = 30


def destroy_key(
    session: Session, *, campaign: Campaign, keys: Keys, by: str, clock: Clock, early: bool = False
) -> bool:
    """Destroy the campaign's mark key; returns False where it is gone already.

    Raises Refused before the 30th day after the newest release, unless told to be early; an
    open campaign's key is never destroyed. Stored marks stay as they are, equal where they were
    equal, but no address can be tried against them any more.
    """
    due = _due(session, campaign)
    at = clock()
    if campaign.state not in {"closed", "scored", "released"}:
        raise Refused([_still_needed(campaign)])
    if not early and (due is None or local_day(at, campaign.timezone) < due):
        raise Refused([_too_early(campaign, due)])
    if not keys.destroy_campaign(campaign.code):
        return False
    audit.record(session, by=by, at=at, action="key.destroy", subject=campaign.code, early=early)
    return True


def due_campaigns(session: Session, *, keys: Keys, clock: Clock) -> list[Campaign]:
    """Return the released campaigns whose key is past its day and still there."""
    released = session.scalars(sa.select(Campaign).where(Campaign.state == "released"))
    return [
        campaign
        for campaign in released
        if keys.has_campaign(campaign.code)
        and (due := _due(session, campaign)) is not None
        and local_day(clock(), campaign.timezone) >= due
    ]


def _due(session: Session, campaign: Campaign) -> str | None:
    release = latest_release(session, campaign=campaign)
    if release is None:
        return None
    return local_day(release.frozen_at + timedelta(days=DAYS_AFTER_RELEASE), campaign.timezone)


def _still_needed(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code,
        zh="评议尚未结束，答卷还要用到这把密钥",
        en="the campaign is not over: its answers still need the key",
    )


def _too_early(campaign: Campaign, due: str | None) -> Problem:
    zh = f"按方案应于 {due} 销毁" if due else "结果尚未发布，复核仍要用到密钥"
    en = f"the scheme's day is {due}" if due else "nothing is released: reviews still need the key"
    return Problem(
        field=campaign.code,
        zh=f"{zh}；确需提前请加 --early",
        en=f"{en}; --early does it all the same",
    )
