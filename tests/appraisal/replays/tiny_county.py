"""The least of 安澜县 in which a result can be contested: three units, one stuffed, released."""

from dataclasses import replace
from datetime import timedelta

from survey.appraisal.release import RELEASE
from survey.appraisal.run import score_campaign
from survey.demo import respondents as residents
from survey.demo.answering import answer_through_intake
from survey.demo.county import county_starting, days_between
from survey.demo.entrances import prepare_entrances
from survey.fieldwork.loading import load_campaign
from survey.fieldwork.opening import open_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.site.installation import Site
from survey.two_persons.both import done_by_both
from tests.appraisal.appeals.contested import add_liaison
from tests.appraisal.review.attacked import STUFFED, add_office, after
from tests.demonstrated import CODE, STARTS_ON, close
from tests.prepared import prepared

_UNITS = ("A01", STUFFED, "C05")  # one of each class
_PREPARED = timedelta(days=3)
_ON_ONE_NETWORK = 12  # that many from a network that many share
_OTHERS = 110


def tiny(site: Site) -> None:
    """Let the least answer, close, score and release; officials and a liaison are there."""
    prepared(site, "the least that can be contested", lambda: _tiny(site))


def _tiny(site: Site) -> None:
    people = _people()
    folder = county_starting(STARTS_ON, code=CODE)
    folder = replace(folder, units=tuple(one for one in folder.units if one.unit_code in _UNITS))
    opened = replace(site, clock=lambda: folder.campaign.starts_at - _PREPARED)
    with site.database.writing() as session:
        campaign = load_campaign(
            session, folder=folder, by="tests", clock=opened.clock, simulated=True
        )
        session.flush()
        session.refresh(campaign)
        open_campaign(session, campaign=campaign, by="tests", clock=opened.clock)
        codes = prepare_entrances(
            session,
            campaign=campaign,
            respondents=people,
            clock=opened.clock,
            key=site.keys.intake(),
        )
        seal_ledger(opened, session, campaign, "open")
    answer_through_intake(site, respondents=people, codes=codes, advance=lambda _more: None)
    add_office(site)
    close(site)
    score_campaign(site, campaign_code=CODE, by="tests")
    add_liaison(site)
    done_by_both(
        replace(site, clock=after),
        proposer="admin",
        approver="review",
        deed=RELEASE,
        code=CODE,
        reason="按方案发布",
    )


def _people() -> list[residents.Respondent]:
    """Return some who answered from networks that many share, and some of the others."""
    everybody = residents.all_respondents(shift=days_between(STARTS_ON))
    of_unit = [person for person in everybody if person.unit_code == STUFFED]
    by_network: dict[str, list[residents.Respondent]] = {}
    for person in of_unit:
        by_network.setdefault(person.network, []).append(person)
    shared = [
        person
        for network, people in by_network.items()
        if network and len(people) >= _ON_ONE_NETWORK
        for person in people[:_ON_ONE_NETWORK]
    ]
    taken = {person.response_id for person in shared}
    rest = [person for person in of_unit if person.response_id not in taken]
    return sorted(
        [*shared, *residents.choose(rest, n=_OTHERS, seed=7)],
        key=lambda person: (person.submitted_at, person.response_id),
    )
