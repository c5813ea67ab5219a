"""`survey verify`: is everything still what was sealed."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa

from survey.model import Campaign
from survey.problems import Refused
from survey.site.installation import open_site
from survey.verification import whole
from survey.verification.files import check_files


@click.command()
@click.argument(
    "files",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[FILE]...",
)
@click.option("--key", default="", help="For FILEs: the office's public key (base64).")
def verify(files: Sequence[Path], key: str) -> None:
    """Compare all that is stored with what was sealed; or check FILEs, without a database.

    Without FILE: every answer, counter, plan, deed, code, run and release of this installation.
    A FILE is a release as `survey export --format json` writes it, or a receipt, head or ledger.

    Example: survey verify

    Example: survey verify scores.json ledger.json --key 'jVCrxaNO…'
    """
    if files:
        for line in check_files(files, key):
            click.echo(line)
        return
    with open_site(os.environ) as site:
        problems = whole.verify(site)
        with site.database.reading() as session:
            codes = session.scalars(sa.select(Campaign.code).order_by(Campaign.id)).all()
    if problems:
        raise Refused(problems)
    for code in codes:
        click.echo(f"{code} 与封存时一致 is what was sealed")
