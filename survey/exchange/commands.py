"""`survey export`: a release as a file; `survey folder`: what its scores are computed from."""

import hashlib
import os
from pathlib import Path

import click

from survey import audit
from survey.exchange.answers_folder import note_folder, write_folder
from survey.exchange.document import FrozenDocument, find_document, note_export
from survey.exchange.files import FORMATS
from survey.exchange.package.handing import PACKAGE, hand_over
from survey.fieldwork.campaigns import find_campaign
from survey.fieldwork.sealing import seal_ledger
from survey.site.installation import Site, open_site
from survey.verification.whole import require_whole

_HOW_OPENED = (
    "--openings 须与 --format package、--by 账号 同用 / goes with --format package and --by ACCOUNT"
)


@click.command()
@click.argument("campaign_id", metavar="ID")
@click.option("--format", "name", type=click.Choice([*FORMATS, PACKAGE]), required=True)
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write.",
)
@click.option("--number", type=int, help="Number of the release; the newest if left out.")
@click.option(
    "--openings",
    is_flag=True,
    help="In a package: what each leaf of the ledger was made of. Confidential.",
)
@click.option("--by", default=audit.SYSTEM, help="The account that asked for the openings.")
def export(
    campaign_id: str, *, name: str, out: Path, number: int | None, openings: bool, by: str
) -> None:
    """Write the released scores of a campaign to a file.

    `package` is one zip by which an auditor checks the release offline, with `survey verify` or
    with docs/verify/verify.py: scores, plan, answers as scored, ledger. With openings whoever has
    it and a receipt can read that answer; who asked is on record.

    Example: survey export ANLAN-2026-GZPY --format xlsx --out scores.xlsx
    """
    if openings and (name != PACKAGE or by == audit.SYSTEM):
        raise click.UsageError(_HOW_OPENED)
    with open_site(os.environ) as site:
        if name == PACKAGE:
            hand_over(
                site,
                campaign_code=campaign_id,
                number=number,
                openings=openings,
                by=by,
                out=out,
                tell=_tell,
            )
        else:
            require_whole(site, campaign_id)
            out.write_bytes(FORMATS[name].write(_exported(site, campaign_id, name, number)))
    with out.open("rb") as written:
        digest = hashlib.file_digest(written, "sha256").hexdigest()
    click.echo(f"{out}  sha256 {digest}")


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _exported(site: Site, campaign_id: str, name: str, number: int | None) -> FrozenDocument:
    """Return a release's document, once its leaving is on record and sealed."""
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
    return document


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
