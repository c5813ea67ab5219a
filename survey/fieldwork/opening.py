"""The opening: the list is gone through, the plan frozen, the first head signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.loading import need_no_list
from survey.fieldwork.readiness.checklist import require_ready
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.records import fixed_digests
from survey.model import Campaign
from survey.problems import Refused
from survey.scheme import stored
from survey.scheme.planning import build_plan
from survey.scheme.scheme import problems_of
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What an opening fixes: the plan, its digest, and those of all it was made of."""

    plan: dict[str, Any]
    plan_digest: str
    digests: Mapping[str, str]


def open_in_order(site: Site, *, campaign_code: str, by: str) -> Campaign:
    """Open a draft and seal it; raises Refused in the words of the list where it is not ready.

    What takes long is reckoned before the transaction that opens: a draft does not change.
    """
    with site.database.reading() as session:
        draft = find_campaign(session, campaign_code)
        fixed = fix(session, campaign=draft)
        require_ready(session, site=site, campaign=draft, deed="open")
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        open_campaign(session, campaign=campaign, by=by, clock=site.clock, fixed=fixed)
        seal_ledger(site, session, campaign, "open", amended=fixed.digests)
    return campaign


def fix(session: Session, *, campaign: Campaign) -> Fixed:
    """Return what opening a draft will fix; raises Refused if the campaign is not ready."""
    plan = plan_to_open(session, campaign=campaign)
    digest = plan.digest()
    digests = fixed_digests(session, campaign) | {"plan": digest}
    return Fixed(plan=plan.to_dict(), plan_digest=digest, digests=digests)


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


def open_campaign(
    session: Session, *, campaign: Campaign, by: str, clock: Clock, fixed: Fixed | None = None
) -> None:
    """Freeze the plan and let residents in; raises Refused if the campaign is not ready."""
    need_state(campaign, "draft")
    fixed = fixed or fix(session, campaign=campaign)
    campaign.plan = fixed.plan
    campaign.plan_digest = fixed.plan_digest
    campaign.state = "open"
    campaign.opened_at = clock()
    audit.record(
        session,
        by=by,
        at=campaign.opened_at,
        action="campaign.open",
        subject=campaign.code,
        plan_digest=campaign.plan_digest,
        fixed=dict(fixed.digests),
    )
