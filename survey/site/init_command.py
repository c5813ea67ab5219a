"""`survey init`: an installation is made or upgraded."""

import os

import click

from survey.site.installation import upgrade_site


@click.command()
def init() -> None:
    """Make the home folder, keys and database, or upgrade them.

    Example: SURVEY_HOME=/srv/review survey init
    """
    with upgrade_site(os.environ) as site:
        click.echo(f"{site.settings.home}")
