"""`survey verify`: is everything still what was sealed; is a file that was given out."""

import os
from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa

from survey.exchange.package.checking import check_package
from survey.ledger.checker import Head
from survey.model import Campaign
from survey.problems import Refused
from survey.site.installation import open_site
from survey.verification import whole
from survey.verification.files import check_files, heads_of_files

_ZIP = b"PK"


@click.command()
@click.argument(
    "files",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="[FILE]...",
)
@click.option("--key", default="", help="For FILEs: the office's public key (base64).")
@click.option(
    "--printed",
    multiple=True,
    metavar="PRH:…",
    help="For packages: a head as printed on paper; may be given several times.",
)
def verify(files: Sequence[Path], key: str, printed: Sequence[str]) -> None:
    """Compare all that is stored with what was sealed; or check FILEs, without a database.

    Without FILE: every answer, counter, plan, deed, code, run and release of this installation.
    A FILE is a release as `survey export --format json` writes it, a receipt, head or ledger, or
    a release's package (.zip): signatures, ledger and answers, and its scores computed anew.

    Example: survey verify

    Example: survey verify scores.json ledger.json --key 'jVCrxaNO…'

    Example: survey verify release.zip --key 'jVCrxaNO…' --printed 'PRH:…'
    """
    if files:
        _check(files, key, printed)
        return
    with open_site(os.environ) as site:
        problems = whole.verify(site)
        with site.database.reading() as session:
            codes = session.scalars(sa.select(Campaign.code).order_by(Campaign.id)).all()
    if problems:
        raise Refused(problems)
    for code in codes:
        click.echo(f"{code} 与封存时一致 is what was sealed")


def _check(files: Sequence[Path], key: str, printed: Sequence[str]) -> None:
    packages = [file for file in files if _is_zip(file)]
    if printed and not packages:
        raise click.UsageError("--printed 用于发布包（.zip） / is for packages (.zip)")
    documents = [file for file in files if file not in packages]
    if documents:
        for line in check_files(documents, key):
            click.echo(line)
    others: list[Head] = heads_of_files(documents)
    for package in packages:
        for line in check_package(package, key=key, printed=printed, others=others, tell=_tell):
            click.echo(line)


def _is_zip(file: Path) -> bool:
    with file.open("rb") as opened:
        return file.suffix.lower() == ".zip" or opened.read(2) == _ZIP


def _tell(line: str) -> None:
    click.echo(line, err=True)
