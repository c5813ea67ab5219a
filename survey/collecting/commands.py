"""`survey collect`: answers from telephone and paper, from a file."""

import hashlib
import os
from pathlib import Path

import click

from survey.collecting.entering import collect as let_in
from survey.collecting.receipts_table import receipts_of
from survey.office_files.given import table_in
from survey.office_files.tables import bounded
from survey.site.installation import open_site

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--campaign", "campaign_id", required=True, metavar="ID")
@click.option("--channel", default="", help="phone or paper_home, where the file does not say it.")
@click.option("--skip-bad", is_flag=True, help="Store the rows in order, name and leave the rest.")
@click.option(
    "--receipts",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the table of receipts goes, if not to standard output; it must not exist.",
)
@click.option("--by", required=True, help="The account of whoever enters them.")
def collect(
    file: Path, *, campaign_id: str, channel: str, skip_bad: bool, receipts: Path | None, by: str
) -> None:
    """Enter answers of telephone interviews and paper sheets from FILE, a CSV or .xlsx.

    Columns as in survey/demo/anlan/responses_demo.csv, a row an answer: `response_id` is its
    serial, `token` the one-time code if it has one. Nothing is stored where any row is wrong.

    Example: survey collect interviews.csv --campaign ANLAN-2026-GZPY --channel phone
    --by li.na --receipts receipts.csv
    """
    content = bounded(file)
    with open_site(os.environ) as site:
        target = receipts.open("xb") if receipts else None
        try:
            stored = let_in(
                site,
                campaign_code=campaign_id,
                table=table_in(content, file.name),
                digest=hashlib.sha256(content).hexdigest(),
                channel=channel,
                skip_bad=skip_bad,
                by=by,
            )
        except BaseException:
            if receipts and target:
                target.close()
                receipts.unlink()
            raise
    table = receipts_of(stored)
    if target:
        with target:
            target.write(table)
    else:
        click.echo(table.decode("utf-8-sig"), nl=False)
    for problem in stored.problems:
        click.echo(problem.both(), err=True)
    n, bad = len(stored.entries), len({problem.row for problem in stored.problems if problem.row})
    click.echo(f"录入 {n} 份，跳过 {bad} 行 / {n} entered, {bad} rows skipped", err=True)
    if stored.stopped:
        click.get_current_context().exit(1)
