"""`survey comments erase`: what residents wrote goes when its purpose ends."""

import os

import click

from survey.feedback.erasure import erase_originals
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import open_site


@click.group()
def comments() -> None:
    """Keep or erase what residents wrote in their own words.

    Example: survey comments erase ANLAN-2026-GZPY --by 张三
    """


@comments.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--by", required=True, help="Who erases; goes into the audit.")
def erase(campaign_id: str, by: str) -> None:
    """Erase the original comments of a campaign whose scheme has ended.

    Example: survey comments erase ANLAN-2026-GZPY --by 张三
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        campaign = find_campaign(session, campaign_id)
        n = erase_originals(session, campaign=campaign, by=by, clock=site.clock)
    click.echo(str(n))
