"""`survey appraise`: the whole pipeline on a folder of files."""

from pathlib import Path

import click

from survey.appraisal.folder_run import RESPONSES, appraise_folder
from survey.stats.appraisal import Appraisal, UnitFigure


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the four files of the result go.",
)
@click.option("--responses", default=RESPONSES, show_default=True, help="File of the answers.")
def appraise(folder: Path, out: Path, responses: str) -> None:
    """Score the answers of a FOLDER of files, without a database.

    Example: survey appraise survey/demo/anlan --out out
    """
    appraisal = appraise_folder(folder, out, responses)
    for line in _table(appraisal):
        click.echo(line)
    click.echo(appraisal.summary(), err=True)
    click.echo(f"→ {out}", err=True)


def _table(appraisal: Appraisal) -> list[str]:
    heading = f"{'unit':8} {'class':6} {'score':>6}  {'95 %':<15} {'n':>6} {'rank':>4}  set"
    return [heading, *(_line(unit) for unit in appraisal.units)]


def _line(unit: UnitFigure) -> str:
    start = f"{unit.unit_code:8} {unit.class_code:6}"
    if unit.score is None:
        return f"{start} {'-':>6}  {'insufficient':<15} {unit.n:>6}"
    interval = f"{unit.lower:.2f}–{unit.upper:.2f}"
    ranks = f"{unit.rank:>4}  {unit.rank_lower}–{unit.rank_upper}"
    return f"{start} {unit.score:>6}  {interval:<15} {unit.n:>6} {ranks}"
