"""The end of the answering: by one person once the period is over, by two before."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from survey import audit
from survey.clock import days_between, local_minute
from survey.fieldwork.campaigns import close_campaign, need_state
from survey.fieldwork.readiness.getting_answers import PLAN, plan_reached
from survey.fieldwork.readiness.item import Inquiry, Item
from survey.fieldwork.sealing import seal_ledger
from survey.model import Campaign
from survey.problems import Problem, Refused
from survey.site.installation import Site
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said
from survey.two_persons.proposals import require_official
from survey.verification.whole import require_whole


def is_early(campaign: Campaign, at: datetime) -> bool:
    """Say whether the answering goes on and residents were promised more time than has passed."""
    return campaign.state == "open" and at < campaign.ends_at


def numbers(
    session: Session, *, site: Site, campaign: Campaign, ready: Sequence[Item] = ()
) -> list[Said]:
    """Say in figures what closing now would mean: the time, the plan, what would be short.

    The plan is as the list before the closing found it, where that is at hand.
    """
    at = site.clock()
    days = days_between(at, campaign.ends_at, campaign.timezone)
    end = local_minute(campaign.ends_at, campaign.timezone)
    if is_early(campaign, at):
        when = Said(
            zh=f"原定 {end} 结束，提前 {days} 天" if days else f"原定今天 {end} 结束",
            en=f"the end is {end}, {days} days ahead" if days else f"the end is today, {end}",
        )
    else:
        when = Said(zh=f"评议时间到 {end} 为止，已过", en=f"the period ended at {end}")
    plan = next((item for item in ready if item.name == PLAN), None)
    if plan is None:
        plan = plan_reached(
            Inquiry(session=session, settings=site.settings, campaign=campaign, at=at, deed="close")
        )
    return [when, plan.said]


def close_in_time(session: Session, *, site: Site, campaign: Campaign, by: str) -> None:
    """End the answering after the period, which one person may; nobody has to be named for it.

    Raises Refused before the end residents were told of, saying how it is done by two.
    """
    if is_early(campaign, site.clock()):
        raise Refused([_too_early(campaign)])
    if by:
        require_official(session, username=by, action="campaign.run")
    close_campaign(session, campaign=campaign, by=by or audit.SYSTEM, clock=site.clock)
    seal_ledger(site, session, campaign, "close")


def _basis(matter: Matter) -> Facts:
    need_state(matter.campaign, "open")
    return {"ends_at": matter.campaign.ends_at.isoformat()}


def told_before(session: Session, *, site: Site, campaign: Campaign) -> list[Said]:
    """Say what closing now would mean, before the database is held: figures take their time."""
    figures = numbers(session, site=site, campaign=campaign)
    if not is_early(campaign, site.clock()):
        return figures
    return [
        Said(zh="提前结束评议：批准时立即结束", en="end the answering at once, early"),
        *figures,
        Said(
            zh="所有二维码和评议码立即停用，不能重新开启",
            en="all codes stop working; it cannot be opened again",
        ),
    ]


def _carry_out(matter: Matter, persons: Persons, _prepared: object) -> Done:
    close_campaign(
        matter.session, campaign=matter.campaign, by=persons.approved_by, clock=matter.site.clock
    )
    seal_ledger(matter.site, matter.session, matter.campaign, "close")
    return Done(said=Said(zh="评议已结束。", en="The answering has ended."))


def _too_early(campaign: Campaign) -> Problem:
    end = local_minute(campaign.ends_at, campaign.timezone)
    return Problem(
        field=campaign.code,
        zh=f"评议到 {end} 才结束；提前结束须两人办理：先由一人提请"
        "（survey campaign close ID --by 账号），再由另一人批准",
        en=f"the period ends at {end}; to close early takes two: one proposes it"
        " (survey campaign close ID --by USERNAME), another approves",
    )


CLOSE_EARLY = Deed(
    kind="campaign.close_early",
    name=Said(zh="提前结束评议", en="Close early"),
    propose="campaign.run",
    basis=_basis,
    told=lambda matter: told_before(matter.session, site=matter.site, campaign=matter.campaign),
    carry_out=_carry_out,
    prepare=lambda matter: require_whole(matter.site, matter.campaign.code),
)
