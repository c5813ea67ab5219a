"""The one question asked before anything is used: is a campaign still what was sealed."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger.committed.used import CodesUsed
from survey.ledger.inspection import inspect
from survey.ledger.standing import Standing, examine, known_keys
from survey.model import Campaign
from survey.problems import Problem
from survey.receivers.checking import check_acknowledgements, check_tokens
from survey.receivers.checking_deliveries import check_addresses, check_deliveries
from survey.site.installation import Site
from survey.verification.bulletins import check_bulletins
from survey.verification.calls import check_calls, check_visits
from survey.verification.cosignatures import check_cosignatures
from survey.verification.counters import Tally
from survey.verification.counties import check_counties
from survey.verification.deeds import Deeds, read_deeds
from survey.verification.entrances.codes import check_codes
from survey.verification.entrances.committed import (
    Codes,
    check_balance,
    check_commitments,
    codes_committed,
    taken_by,
)
from survey.verification.entrances.withdrawn import check_withdrawn
from survey.verification.findings import unreadable, what_to_do
from survey.verification.fixed import check_fixed
from survey.verification.releases import check_releases
from survey.verification.reminders import check_reminders
from survey.verification.review import check_appeals, check_proposals, check_review
from survey.verification.runs import check_runs
from survey.verification.sealed import check_sealed
from survey.verification.tallies import check_tallies
from survey.verification.templates import check_templates
from survey.web.alterations import Altered

_LOG = logging.getLogger(__name__)


def verify(site: Site, *, only: str | None = None) -> list[Problem]:
    """Return all that disagrees with what was sealed, of one campaign or of all; empty is whole.

    Read in full and as of one moment: every answer against its leaf, the counters against the
    answers, the plan and all it was made of, the audit, codes issued and committed, runs, releases,
    templates of documents, tokens and addresses of other systems, what these acknowledged, what a
    city has of its counties, and the signed heads.
    """
    with site.database.snapshot() as session:
        # First of all: the files of heads are read before the moment, so that it holds their heads.
        standing = examine(session, site)
        problems = list(standing.alarms)
        deeds = read_deeds(session)
        problems += [*deeds.problems, *check_templates(session, deeds)]
        problems += [*check_tokens(session, deeds.entries), *check_counties(session, deeds)]
        problems += check_addresses(session, deeds.entries)
        query = sa.select(Campaign).order_by(Campaign.id)
        campaigns = session.scalars(query if only is None else query.where(Campaign.code == only))
        for campaign in campaigns.all():
            for problem in _of_campaign(session, campaign, deeds, standing, site):
                field = problem.field if only else f"{campaign.code} {problem.field}"
                problems.append(replace(problem, field=field))
    return list(dict.fromkeys(problems))


def require_whole(site: Site, campaign_code: str) -> None:
    """Raise Altered where a campaign is not what was sealed, so that nobody goes on with it."""
    refuse_altered(campaign_code, verify(site, only=campaign_code))


def refuse_altered(campaign_code: str, problems: Sequence[Problem]) -> None:
    """Raise Altered where anything was found, and leave it in the log."""
    if problems:
        for problem in problems:
            _LOG.error("%s %s", campaign_code, problem.both().replace("\n", " / "))
        raise Altered([what_to_do(), *problems])


def _of_campaign(
    session: Session, campaign: Campaign, deeds: Deeds, standing: Standing, site: Site
) -> list[Problem]:
    """Return what is wrong with each part; one that cannot even be read is wrong."""
    keys = known_keys(site)
    codes = cache(lambda: codes_committed(session, campaign))
    checks: dict[str, Callable[[], list[Problem]]] = {
        "plan": lambda: check_fixed(session, campaign, deeds),
        "ledger": lambda: _answers(session, campaign, standing, keys, codes()),
        "codes": lambda: check_codes(session, campaign, deeds),
        "commitments": lambda: check_commitments(session, campaign, deeds, codes()),
        "balance": lambda: check_balance(session, campaign, deeds),
        "tallies": lambda: check_tallies(session, campaign),
        "withdrawn": lambda: check_withdrawn(session, campaign, deeds),
        "reminders": lambda: check_reminders(session, campaign, deeds),
        "bulletins": lambda: check_bulletins(session, campaign, deeds),
        "cosignatures": lambda: check_cosignatures(session, campaign, deeds),
        "calls": lambda: check_calls(session, campaign, deeds),
        "visits": lambda: check_visits(session, campaign, deeds),
        "runs": lambda: check_runs(session, campaign, deeds),
        "review": lambda: check_review(session, campaign, deeds),
        "appeals": lambda: check_appeals(session, campaign, deeds),
        "proposals": lambda: check_proposals(session, campaign, deeds),
        "releases": lambda: check_releases(session, campaign, deeds, keys=keys.values()),
        "acknowledgements": lambda: check_acknowledgements(
            session, campaign, deeds.of(campaign, "release.acknowledge")
        ),
        "deliveries": lambda: check_deliveries(session, campaign, deeds.entries),
        "records": lambda: check_sealed(session, campaign, deeds),
    }
    problems: list[Problem] = []
    for field, check in checks.items():
        try:
            problems += check()
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            problems.append(unreadable(field, error))
    return problems


def _answers(
    session: Session,
    campaign: Campaign,
    standing: Standing,
    keys: Mapping[str, str],
    codes: Codes,
) -> list[Problem]:
    if campaign.plan is None:
        return []
    tally, used = Tally(session, campaign), CodesUsed(*codes)
    by_code = taken_by(used, campaign)

    def each(columns: Mapping[str, Sequence[Any]]) -> None:
        tally.add(columns)
        by_code(columns)

    problems = inspect(
        session,
        campaign=campaign,
        heads=standing.heads_of(campaign),
        keys=keys,
        each=each,
    )
    return problems + used.problems() + tally.check(session, campaign)
