"""`survey keys`: destroy what could still tell sources apart, on the scheme's day."""

import os

import click

from survey.appraisal.key_destruction import DESTROY_KEY, due_campaigns
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.proposals import propose_or_approve


@click.group()
def keys() -> None:
    """Show and destroy the keys of campaigns' device and network marks.

    Example: survey keys due
    """


@keys.command()
def due() -> None:
    """List the campaigns whose key should be destroyed by now, one ID a line.

    Example: survey keys due
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        for campaign in due_campaigns(session, keys=site.keys, clock=site.clock):
            click.echo(campaign.code)


@keys.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--early", is_flag=True, help="Before the 30th day after the release.")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: shown to whoever approves.")
def destroy(campaign_id: str, *, early: bool, by: str, reason: str) -> None:
    """Destroy a campaign's mark key for good: proposed by one official, approved by another.

    Example: survey keys destroy ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.writing() as session:
            outcome = propose_or_approve(
                session,
                site=site,
                deed=DESTROY_KEY,
                campaign=find_campaign(session, campaign_id),
                arguments={"early": early},
                by=by,
                reason=reason,
            )
        done = done_or_exit(DESTROY_KEY, outcome)
    click.echo(f"{campaign_id} {done.said.zh} {done.said.en}")
