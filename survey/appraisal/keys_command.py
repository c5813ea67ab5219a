"""`survey keys`: destroy what could still tell sources apart, on the scheme's day."""

import os

import click

from survey.appraisal.key_destruction import destroy_key, due_campaigns
from survey.fieldwork.campaigns import find_campaign
from survey.site.installation import open_site

_TERMINAL = "survey"


@click.group()
def keys() -> None:
    """Show and destroy the keys of campaigns' device and network marks.

    Example: survey keys due
    """


@keys.command()
def due() -> None:
    """List the campaigns whose key should be destroyed by now, one ID a line.

    Example: survey keys due | xargs -n 1 survey keys destroy
    """
    with open_site(os.environ) as site, site.database.reading() as session:
        for campaign in due_campaigns(session, keys=site.keys, clock=site.clock):
            click.echo(campaign.code)


@keys.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--early", is_flag=True, help="Before the 30th day after the release.")
def destroy(campaign_id: str, *, early: bool) -> None:
    """Destroy a campaign's mark key; it cannot be made or computed again.

    Example: survey keys destroy ANLAN-2026-GZPY
    """
    with open_site(os.environ) as site, site.database.writing() as session:
        campaign = find_campaign(session, campaign_id)
        gone = destroy_key(
            session,
            campaign=campaign,
            keys=site.keys,
            by=_TERMINAL,
            clock=site.clock,
            early=early,
        )
    said = "密钥已销毁 key destroyed" if gone else "密钥早已销毁 the key was destroyed before"
    click.echo(f"{campaign_id} {said}")
