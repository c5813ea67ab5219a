"""The opening, by two: the list gone through, the plan frozen, the first head signed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey import audit
from survey.clock import Clock, local_minute
from survey.fieldwork.campaigns import find_campaign, need_state
from survey.fieldwork.invitations.committing import commit_opening
from survey.fieldwork.planned import plan_to_open
from survey.fieldwork.readiness.checklist import require_ready
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.records import draft_digests
from survey.model import Campaign
from survey.problems import Refused
from survey.site.installation import Site
from survey.two_persons.deed import Deed, Done, Facts, Matter, Persons, Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What an opening fixes: the plan, its digest, and those of all it was made of."""

    plan: dict[str, Any]
    plan_digest: str
    digests: Mapping[str, str]


def open_in_order(site: Site, *, campaign_code: str, by: str) -> Campaign:
    """Open a draft and seal it; raises Refused in the words of the list where it is not ready.

    For whoever runs the server (`survey campaign open`); officials open by two.
    """
    fixed = _fixed_if_ready(site, campaign_code)
    with site.database.writing() as session:
        campaign = find_campaign(session, campaign_code)
        _open_and_seal(session, site=site, campaign=campaign, by=by, fixed=fixed)
    return campaign


def _fixed_if_ready(site: Site, campaign_code: str) -> Fixed:
    """Return what will be fixed, reckoned before the transaction that opens: it takes long."""
    with site.database.reading() as session:
        draft = find_campaign(session, campaign_code)
        fixed = fix(session, campaign=draft)
        require_ready(session, site=site, campaign=draft, deed="open")
    return fixed


def _open_and_seal(
    session: Session, *, site: Site, campaign: Campaign, by: str, fixed: Fixed
) -> None:
    """Open what was fixed; raises Refused where the draft has changed since it was."""
    need_state(campaign, "draft")
    if fixed.digests != draft_digests(session, campaign) | {"plan": fixed.plan_digest}:
        raise Refused.of(
            field=campaign.code,
            zh="方案刚被改动，没有开启；请核对后重新办理",
            en="the plan was changed meanwhile, so nothing was opened; look at it and try again",
        )
    open_campaign(session, campaign=campaign, by=by, clock=site.clock, fixed=fixed)
    seal_ledger(site, session, campaign, "open", amended=fixed.digests)


def fix(session: Session, *, campaign: Campaign) -> Fixed:
    """Return what opening a draft will fix; raises Refused if the campaign is not ready."""
    plan = plan_to_open(session, campaign=campaign)
    digest = plan.digest()
    digests = draft_digests(session, campaign) | {"plan": digest}
    return Fixed(plan=plan.to_dict(), plan_digest=digest, digests=digests)


def open_campaign(
    session: Session, *, campaign: Campaign, by: str, clock: Clock, fixed: Fixed | None = None
) -> None:
    """Freeze the plan, commit the codes, let residents in; raises Refused if it is not ready."""
    need_state(campaign, "draft")
    fixed = fixed or fix(session, campaign=campaign)
    campaign.plan = fixed.plan
    campaign.plan_digest = fixed.plan_digest
    campaign.state = "open"
    campaign.opened_at = clock()
    committed = commit_opening(session, campaign=campaign, at=campaign.opened_at)
    audit.record(
        session,
        by=by,
        at=campaign.opened_at,
        action="campaign.open",
        subject=campaign.code,
        plan_digest=campaign.plan_digest,
        fixed=dict(fixed.digests),
        **committed,
    )


def told_before(session: Session, *, campaign: Campaign) -> list[Said]:
    """Say what will be fixed; the plan itself has a page and a paper of its own.

    Raises Refused where the draft is not ready.
    """
    plan = plan_to_open(session, campaign=campaign)
    start = local_minute(campaign.starts_at, campaign.timezone)
    end = local_minute(campaign.ends_at, campaign.timezone)
    return [
        Said(
            zh=f"开启“{campaign.title_zh}”：{start} 至 {end}，{len(plan.units)} 个单位",
            en=f"open {campaign.title_en}: {start} to {end}, {len(plan.units)} units",
        ),
        Said(
            zh="方案、权重、问卷和人口总量从此固定，不能再改",
            en="plan, weights, questionnaire and population are fixed from then on",
        ),
        Said(zh=f"方案校验值 {plan.digest()}", en=f"digest of the plan {plan.digest()}"),
    ]


def _basis(matter: Matter) -> Facts:
    """Return what was agreed to: a draft that is changed later is another."""
    need_state(matter.campaign, "draft")
    return draft_digests(matter.session, matter.campaign)


def _carry_out(matter: Matter, persons: Persons, prepared: Fixed) -> Done:
    _open_and_seal(
        matter.session,
        site=matter.site,
        campaign=matter.campaign,
        by=persons.approved_by,
        fixed=prepared,
    )
    return Done(said=Said(zh="评议已开启。", en="The campaign is open."))


OPEN = Deed(
    kind="campaign.open",
    name=Said(zh="开启评议", en="Open the campaign"),
    propose="campaign.run",
    basis=_basis,
    told=lambda matter: told_before(matter.session, campaign=matter.campaign),
    carry_out=_carry_out,
    prepare=lambda matter: _fixed_if_ready(matter.site, matter.campaign.code),
)
