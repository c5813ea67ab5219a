"""How the calls of a campaign stand: its answers scored as a run would, every unit tested."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal import load
from survey.appraisal.callbacks.calls import drawn_and_frame
from survey.appraisal.callbacks.verified import asked_of, verified_units
from survey.appraisal.record.plain import plain, read
from survey.appraisal.record.verified import VerifiedUnit
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.reminders.invited_people import people_listed
from survey.model import CallStanding, Campaign
from survey.site.installation import Site
from survey.stats.campaign.plan import Plan
from survey.stats.pipeline.appraise import appraise

Standings = Mapping[str, VerifiedUnit]


def measure(site: Site, *, campaign_code: str) -> Standings:
    """Return how every unit stands, by its code; nothing is kept.

    As the run does it, and outside any transaction that others would wait for.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        plan = Plan.from_dict(campaign.plan or {})
        asked = asked_of(campaign)
        loaded = load.sample(session, campaign=campaign, plan=plan)
        people = people_listed(session, campaign=campaign, plan=plan)
        invited = load.invitations(people, campaign=campaign, plan=plan, response_ids=loaded.ids)
        calls = drawn_and_frame(session, campaign=campaign)
    result = appraise(plan, loaded.sample, invitations=invited.invitations if invited else None)
    found = verified_units(calls, result=result, ids=loaded.ids, asked=asked)
    return {unit.unit_code: unit for unit in found}


def keep(session: Session, *, campaign: Campaign, standings: Standings) -> None:
    """Keep how the units stand for the pages, in place of what was kept before."""
    session.execute(sa.delete(CallStanding).where(CallStanding.campaign_id == campaign.id))
    session.add_all(
        CallStanding(
            campaign_id=campaign.id,
            unit_id=entry.unit_id,
            content=plain(standings[entry.unit.code]),
        )
        for entry in campaign.units
    )


def kept(session: Session, *, campaign: Campaign) -> Standings:
    """Return how the units stood when that was last reckoned; empty before the first round."""
    query = sa.select(CallStanding.content).where(CallStanding.campaign_id == campaign.id)
    found = [read(VerifiedUnit, content) for content in session.scalars(query)]
    return {unit.unit_code: unit for unit in found}
