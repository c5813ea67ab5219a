"""How the calls of a campaign stand: its answers scored as a run would, every unit tested."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.appraisal.callbacks.calls import drawn_and_frame
from survey.appraisal.callbacks.verified import asked_of, verified_units
from survey.appraisal.inputs.reading import read_inputs
from survey.appraisal.record.plain import plain, read
from survey.appraisal.record.verified import VerifiedUnit
from survey.appraisal.review.replay import replay
from survey.appraisal.review.standing import read_decisions
from survey.fieldwork.campaigns import find_campaign
from survey.model import CallStanding, Campaign
from survey.site.installation import Site

Standings = Mapping[str, VerifiedUnit]


def measure(site: Site, *, campaign_code: str) -> Standings:
    """Return how every unit stands, by its code; nothing is kept.

    As the run does it, and outside any transaction that others would wait for.
    """
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_code)
        asked, log = asked_of(campaign), read_decisions(session, campaign=campaign)
        inputs = read_inputs(session, campaign=campaign)
        calls = drawn_and_frame(session, campaign=campaign)
    result = replay(inputs, log.cases)
    found = verified_units(calls, result=result, ids=inputs.loaded.ids, asked=asked)
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
