"""A campaign's mark key is destroyed on the scheme's day: nobody can tell sources apart again."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.appraisal.release import latest_release
from survey.clock import Clock, local_day
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.site.keys import Keys
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said

DAYS_AFTER_RELEASE = 30


def destroy_key(
    session: Session, *, campaign: Campaign, keys: Keys, by: str, clock: Clock, early: bool = False
) -> bool:
    """Destroy the campaign's mark key; returns False where it is gone already.

    Raises Refused before the 30th day after the newest release, unless told to be early; an
    open campaign's key is never destroyed. Stored marks stay as they are, equal where they were
    equal, but no address can be tried against them any more.
    """
    at = clock()
    _need_due(session, campaign, at, early=early)
    if not keys.destroy_campaign(campaign.code):
        return False
    audit.record(session, by=by, at=at, action="key.destroy", subject=campaign.code, early=early)
    return True


def _need_due(session: Session, campaign: Campaign, at: datetime, *, early: bool) -> None:
    due = _due(session, campaign)
    if campaign.state not in {"closed", "scored", "released"}:
        raise Refused([_still_needed(campaign)])
    if not early and (due is None or local_day(at, campaign.timezone) < due):
        raise Refused([_too_early(campaign, due)])


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


def _basis(matter: Matter) -> Facts:
    campaign, at = matter.campaign, matter.site.clock()
    _need_due(matter.session, campaign, at, early=matter.arguments["early"])
    if not matter.site.keys.has_campaign(campaign.code):
        raise Refused([_gone(campaign)])
    release = latest_release(matter.session, campaign=campaign)
    return {"state": campaign.state, "release": release.number if release else None}


def _told(matter: Matter) -> list[Said]:
    due = _due(matter.session, matter.campaign)
    when = Said(zh=f"按方案应于 {due} 销毁", en=f"the scheme's day is {due}")
    if due is None:
        when = Said(zh="结果尚未发布", en="nothing is released yet")
    return [
        Said(
            zh="销毁本次评议的设备和网络标识密钥，不能恢复、不能重新计算",
            en="destroy the key of the campaign's device and network marks, for good",
        ),
        when,
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    destroy_key(
        matter.session,
        campaign=matter.campaign,
        keys=matter.site.keys,
        by=persons.approved_by,
        clock=matter.site.clock,
        early=matter.arguments["early"],
    )
    return Done(said=Said(zh="密钥已销毁", en="key destroyed"))


def _gone(campaign: Campaign) -> Problem:
    return Problem(
        field=campaign.code, zh="密钥早已销毁", en="the key was destroyed before; nothing is left"
    )


DESTROY_KEY = Deed(
    kind="key.destroy",
    name=Said(zh="销毁标识密钥", en="Destroy the key of marks"),
    propose="record.erase",
    basis=_basis,
    told=_told,
    carry_out=_carry_out,
)
