"""`survey campaign rehearse`: the whole campaign tried before it opens."""

import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from survey import audit
from survey.rehearsal.papers import papers_of
from survey.rehearsal.rehearsing import PER_GROUP, rehearse
from survey.site.installation import Site, open_site


def rehearse_command(make_app: Callable[[Site], Flask]) -> click.Command:
    """Return the command; the web application comes from above."""

    @click.command(name="rehearse")
    @click.argument("campaign_id", metavar="ID")
    @click.option("--per-group", default=PER_GROUP, show_default=True, type=click.IntRange(1, 200))
    @click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Papers, scores.")
    def command(campaign_id: str, *, per_group: int, out: Path | None) -> None:
        """Go through a draft from the poster to the release with invented answers.

        It happens in a place of its own; nothing of it comes into the campaign.

        Example: survey campaign rehearse ANLAN-2026-GZPY --out rehearsal.zip
        """
        with open_site(os.environ) as site:
            done = rehearse(
                site,
                campaign_code=campaign_id,
                by=audit.SYSTEM,
                make_app=make_app,
                per_group=per_group,
            )
        if out:
            out.write_bytes(papers_of(done.posters, done.released))
        click.echo(f"{campaign_id} sent {done.n_sent} stored {done.n_stored}")
        for failure in done.failures:
            click.echo(f"{failure.unit_code} {failure.group_code}: HTTP {failure.status}", err=True)
        if not done.went_well:
            raise click.exceptions.Exit(1)

    return command
