"""`survey export`: a release as a file; `survey folder`: what its scores are computed from."""

import hashlib
import os
from pathlib import Path

import click

from survey import audit
from survey.exchange.answers_folder import note_folder, write_folder
from survey.exchange.document import find_document, note_export
from survey.exchange.files import FORMATS
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.site.installation import open_site
from survey.verification.whole import require_whole


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--format", "name", type=click.Choice(list(FORMATS)), required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write.",
)
@click.option("--number", type=int, help="Number of the release; the newest if left out.")
def export(campaign_id: str, *, name: str, out: Path, number: int | None) -> None:
    """Write the released scores of a campaign to a file.

    Example: survey export ANLAN-2026-GZPY --format xlsx --out scores.xlsx
    """
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        with site.database.writing() as session:
            campaign = find_campaign(session, campaign_id)
            document = find_document(session, campaign=campaign, number=number)
            note_export(
                session,
                campaign=campaign,
                document=document,
                name=name,
                by=audit.SYSTEM,
                clock=site.clock,
            )
            seal_ledger(site, session, campaign, "export")
    content = FORMATS[name].write(document)
    out.write_bytes(content)
    click.echo(f"{out}  sha256 {hashlib.sha256(content).hexdigest()}")


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; a new or an empty one.",
)
def folder(campaign_id: str, *, out: Path) -> None:
    """Write a closed campaign as the folder that `survey appraise` scores, to the same figures.

    Its answers are there one by one, without receipts, codes and words; with `invitations.csv`
    where the scheme adjusts for people who were invited and did not answer, and `decisions.csv`
    where two people decided on answers.

    Example: survey folder ANLAN-2026-GZPY --out anlan
    """
    with open_site(os.environ) as site:
        require_whole(site, campaign_id)
        n = write_folder(site.database, campaign_code=campaign_id, out=out)
        with site.database.writing() as session:
            campaign = find_campaign(session, campaign_id)
            note_folder(session, campaign=campaign, answers=n, by=audit.SYSTEM, clock=site.clock)
    click.echo(f"{out}  {n} 份答卷 answers")
