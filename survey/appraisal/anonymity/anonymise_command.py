"""`survey anonymise`: answers let go of whoever gave them."""

import os

import click
from sqlalchemy.orm import Session

from survey.appraisal.anonymity.anonymising import anonymise as let_go
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.ledger.standing import examine
from survey.model import Campaign
from survey.problems import Problem
from survey.respond.ledger_audit import ledger_problems
from survey.site.installation import open_site


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", required=True, help="Who does it; goes into the audit.")
def anonymise(campaign_id: str, by: str) -> None:
    """Drop receipts, salts, one-time codes and marks of a released campaign's answers for good.

    From the 30th day after the newest release. The ledger stays provable; nobody can score the
    answers again or look a receipt up.

    Example: survey anonymise ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.reading() as session:
            campaign = find_campaign(session, campaign_id)

        def inspection(session: Session, campaign: Campaign) -> list[Problem]:
            standing = examine(session, site)
            found = ledger_problems(session, site=site, campaign=campaign, standing=standing)
            return [*standing.alarms, *found]

        def sealing(session: Session, campaign: Campaign) -> object:
            return seal_ledger(site, session, campaign, "anonymise")

        n = let_go(
            site.database,
            campaign=campaign,
            by=by,
            at=site.clock(),
            inspection=inspection,
            sealing=sealing,
        )
    click.echo(f"{campaign_id} {n} 份答卷已作匿名处理 answers are anonymous")
