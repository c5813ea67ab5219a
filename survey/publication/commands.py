"""The command that makes a release public."""

import os

import click

from survey.fieldwork.campaigns import find_campaign
from survey.publication.publishing import PUBLISH
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.proposals import propose_or_approve
from survey.verification.whole import require_whole


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: shown to whoever approves.")
def publish(campaign_id: str, *, by: str, reason: str) -> None:
    """Make the newest release public at /p/ID: proposed by one, approved by another.

    Example: survey publish ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        with site.database.writing() as session:
            outcome = propose_or_approve(
                session,
                site=site,
                deed=PUBLISH,
                campaign=find_campaign(session, campaign_id),
                arguments={},
                by=by,
                reason=reason,
            )
        done = done_or_exit(PUBLISH, outcome)
    click.echo(f"{done.said.zh} / {done.said.en}")
