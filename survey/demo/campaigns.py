"""A demonstration campaign from its loading to its release, each step on its own simulated day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from survey.appraisal.release import RELEASE
from survey.appraisal.run import score_campaign
from survey.clock import Clock
from survey.demo.county import county_starting
from survey.demo.entrances import BY, Codes, prepare_entrances
from survey.demo.officials import Officials, officials_of
from survey.demo.respondents import Respondent
from survey.fieldwork.campaigns import close_campaign, find_campaign
from survey.fieldwork.entrances import default_posters
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.site.installation import Site
from survey.two_persons.both import done_by_both

_PREPARED = timedelta(days=3)
# The morning and the afternoon of the second day after the last.
_CLOSED, _SCORED, _RELEASED = timedelta(minutes=1), timedelta(hours=34), timedelta(hours=39)


def stage_open(
    site: Site, *, starts_on: date, code: str, respondents: Sequence[Respondent]
) -> Codes:
    """Load 安澜县, hang posters, issue invitations for the residents and open its campaign."""
    folder = county_starting(starts_on, code=code)
    clock = _standing(folder.campaign.starts_at - _PREPARED)
    with site.database.writing() as session:
        campaign = load_campaign(session, folder=folder, by=BY, clock=clock, simulated=True)
        session.flush()
        session.refresh(campaign)
        codes = prepare_entrances(
            session,
            campaign=campaign,
            respondents=respondents,
            clock=clock,
            key=site.keys.intake(),
        )
        # Once its codes are there: the opening commits them.
        open_campaign(session, campaign=campaign, by=BY, clock=clock)
        seal_ledger(replace(site, clock=clock), session, campaign, "open")
    default_posters(site.database, campaign_code=code, unit_code="", by=BY, clock=clock)
    return codes


def stage_result(site: Site, *, code: str) -> Officials:
    """Close the campaign at its end, score it and release the scores; returns who did."""
    officials = officials_of(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, code)
        end = campaign.ends_at
        closed, scored, released = (
            replace(site, clock=_standing(end + after)) for after in (_CLOSED, _SCORED, _RELEASED)
        )
        close_campaign(session, campaign=campaign, by=BY, clock=closed.clock)
        seal_ledger(closed, session, campaign, "close")
    score_campaign(scored, campaign_code=code, by=BY)
    done_by_both(
        released,
        proposer=officials.proposer,
        approver=officials.approver,
        deed=RELEASE,
        code=code,
        reason="年度评议结果",
    )
    return officials


def _standing(moment: datetime) -> Clock:
    return lambda: moment
