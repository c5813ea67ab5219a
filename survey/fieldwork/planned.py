"""The plan of a campaign: the one that was frozen, or what a draft would be opened with."""

from sqlalchemy.orm import Session

from survey.fieldwork.campaigns import need_state
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme import stored
from survey.scheme.county import CountyFolder
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
    need_no_list(folder)
    return build_plan(folder)


def need_no_list(folder: CountyFolder) -> None:
    """Refuse a scheme that adjusts for silence: who was invited is not listed here."""
    method = folder.scheme.scoring.debiasing.nonresponse
    if method == "none":
        return
    raise Refused.of(
        file="scheme.yaml",
        field="scoring.debiasing.nonresponse",
        zh=f"为 {method}，须有全部受邀者的名单；在系统中开展的评议没有这份名单，无法调整。"
        "请改为 none，用新的编号（campaign.id）载入；要调整的，"
        "请用 survey appraise 对含 invitations.csv 的文件夹计分",
        en=f"is {method}, which needs a list of everybody invited; a campaign held here has none,"
        " so nothing could be adjusted. Say none and load the folder under a new campaign.id; to"
        " adjust, score a folder that holds invitations.csv by survey appraise",
    )
