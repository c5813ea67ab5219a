"""`survey anonymise`: answers let go of whoever gave them."""

import os

import click

from survey.appraisal.anonymity.anonymising import ANONYMISE, let_go
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import Site, open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.deed import Matter
from survey.two_persons.proposals import propose_or_approve


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: shown to whoever approves.")
def anonymise(campaign_id: str, *, by: str, reason: str) -> None:
    """Drop receipts, salts, codes and marks of a released campaign's answers: wanted by two.

    From the 30th day after the newest release. The ledger stays provable; nobody can score the
    answers again or look a receipt up. Interrupted, it is run again.

    Example: survey anonymise ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)
        if campaign.anonymised_at is None:
            _by_two(site, campaign_id, by=by, reason=reason)
        n = let_go(site, campaign)
    click.echo(f"{campaign_id} {n} 份答卷已作匿名处理 answers are anonymous")


def _by_two(site: Site, campaign_id: str, *, by: str, reason: str) -> None:
    with site.database.reading() as session:
        campaign = find_campaign(session, campaign_id)
        matter = Matter(session=session, site=site, campaign=campaign, arguments={})
        prepared = ANONYMISE.prepare(matter)
    with site.database.writing() as session:
        outcome = propose_or_approve(
            session,
            site=site,
            deed=ANONYMISE,
            campaign=find_campaign(session, campaign_id),
            arguments={},
            by=by,
            reason=reason,
            prepared=prepared,
        )
    done_or_exit(ANONYMISE, outcome)
