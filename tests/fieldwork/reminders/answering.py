"""安澜县 with a scheme that asks what silence means: answered, reminded half-way, answered on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.county import county_starting, days_between
from survey.demo.entrances import Codes, prepare_entrances
from survey.demo.respondents import Respondent
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.invitations.batches import batches_of
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.fieldwork.reminders.recording import Wave, remind
from survey.fieldwork.sealing import seal_ledger
from survey.model import Account
from survey.site.installation import Site
from tests.demonstrated import CODE, STARTS_ON
from tests.officials import add_officials

HALF_WAY = datetime(2026, 12, 9, 4, 0, tzinfo=UTC)
_BEFORE = datetime(2026, 11, 28, tzinfo=UTC)


def everybody(n: int) -> list[Respondent]:
    """Return n residents who answer, some of them with one-time codes."""
    people = residents.all_respondents(shift=days_between(STARTS_ON))
    return residents.choose(people, n=n, seed=7)


def opened_with(site: Site, people: Iterable[Respondent], *, nonresponse: str) -> Codes:
    """Open 安澜县 with a method for silence, posters and codes for its residents and more."""
    county = county_starting(STARTS_ON, code=CODE)
    scoring = county.document["scoring"]
    debiasing = {**scoring.get("debiasing", {}), "nonresponse": nonresponse}
    document = {**county.document, "scoring": {**scoring, "debiasing": debiasing}}
    opening = replace(site, clock=lambda: _BEFORE)
    with site.database.writing() as session:
        campaign = load_campaign(
            session,
            folder=replace(county, document=document),
            by="tests",
            clock=opening.clock,
            simulated=True,
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="tests", clock=opening.clock)
        codes = prepare_entrances(
            session,
            campaign=campaign,
            respondents=people,
            clock=opening.clock,
            key=site.keys.intake(),
        )
        seal_ledger(opening, session, campaign, "open")
    return codes


def answer(site: Site, people: Iterable[Respondent], codes: Codes) -> None:
    answer_through_intake(site, respondents=list(people), codes=codes, advance=lambda _more: None)


def remind_all(site: Site, at: datetime = HALF_WAY) -> Wave:
    """Remind every batch that nobody withdrew."""
    with site.database.reading() as session:
        known = session.scalar(sa.select(sa.func.count()).select_from(Account))
    if not known:
        add_officials(site)
    with site.database.writing() as session:
        campaign = find_campaign(session, CODE)
        numbers = [
            batch.number
            for batch in batches_of(session, campaign=campaign)
            if batch.withdrawal is None
        ]
        return remind(session, campaign=campaign, numbers=numbers, by="admin", clock=lambda: at)


def answered_in_waves(site: Site, *, n: int, nonresponse: str) -> list[Respondent]:
    """Let residents answer before and after a reminder."""
    people = everybody(n)
    codes = opened_with(site, people, nonresponse=nonresponse)
    answer(site, [each for each in people if each.submitted_at < HALF_WAY], codes)
    remind_all(site)
    answer(site, [each for each in people if each.submitted_at >= HALF_WAY], codes)
    return people
