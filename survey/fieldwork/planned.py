"""The plan of a campaign: the one that was frozen, or what a draft would be opened with."""

from sqlalchemy.orm import Session

from survey.fieldwork.campaigns import need_state
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme import stored
from survey.scheme.planning import build_plan
from survey.scheme.scheme import problems_of
from survey.stats.campaign.plan import Plan


def plan_of(session: Session, *, campaign: Campaign) -> Plan:
    """Return the plan that was frozen, or the one a draft would be opened with.

    Raises Refused where a draft is not ready.
    """
    if campaign.plan is not None:
        return Plan.from_dict(campaign.plan)
    return plan_to_open(session, campaign=campaign)


def plan_to_open(session: Session, *, campaign: Campaign) -> Plan:
    """Return the plan a draft will be opened with; raises Refused if the campaign is not ready."""
    need_state(campaign, "draft")
    # A draft that an earlier program took may say what later steps cannot use.
    if problems := problems_of(campaign.scheme):
        raise Refused(problems)
    folder = stored.stored_folder(session, campaign)
    if not folder.margins:
        raise Refused.of(
            file="population_margins_18plus.csv",
            field="population_18plus",
            zh="缺少人口结构，无法加权；请补充后再开启评议",
            en="the population margins are missing, so answers cannot be weighted; "
            "add them before opening",
        )
    return build_plan(folder)
