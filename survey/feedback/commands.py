"""`survey comments erase`: what residents wrote goes when its purpose ends."""

import os

import click

from survey.feedback.erasure import ERASE
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import open_site
from survey.two_persons.by_two import done_or_exit
from survey.two_persons.proposals import propose_or_approve


@click.group()
def comments() -> None:
    """Keep or erase what residents wrote in their own words.

    Example: survey comments erase ANLAN-2026-GZPY --by zhang.min
    """


@comments.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", required=True, help="The account that proposes it, or approves it.")
@click.option("--reason", default="", help="Why: shown to whoever approves.")
def erase(campaign_id: str, *, by: str, reason: str) -> None:
    """Erase the originals after the scheme's end: proposed by one, approved by another.

    Example: survey comments erase ANLAN-2026-GZPY --by zhang.min
    """
    with open_site(os.environ) as site:
        with site.database.writing() as session:
            outcome = propose_or_approve(
                session,
                site=site,
                deed=ERASE,
                campaign=find_campaign(session, campaign_id),
                arguments={},
                by=by,
                reason=reason,
            )
        done = done_or_exit(ERASE, outcome)
    click.echo(f"{done.said.zh} {done.said.en}")
