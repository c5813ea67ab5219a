"""`survey weigh`: weights and estimates for any survey file."""

from pathlib import Path

import click

from survey.weigh.plan import read_plan
from survey.weigh.refusals import not_converged
from survey.weigh.report import as_json, as_page
from survey.weigh.table import read_table, write_weights
from survey.weigh.weighing import weigh as weigh_table

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("data", type=EXISTING)
@click.argument("plan", type=EXISTING)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True,
              help="CSV to write: the rows of DATA with their weight.")  # fmt: skip
@click.option("--json", "machine", is_flag=True, help="Print JSON instead of a page to read.")
def weigh(data: Path, plan: Path, out: Path, *, machine: bool) -> None:
    """Weight the rows of DATA (CSV or .xlsx) as PLAN (TOML) says, and estimate with errors.

    Example: survey weigh answers.csv plan.toml --out weights.csv --json
    """
    table = read_table(data)
    result = weigh_table(table=table, plan=read_plan(plan))
    report = as_json(result) if machine else as_page(result)
    if result.converged:
        write_weights(out, table, result.written)
    click.echo(report)
    if not result.converged:
        raise not_converged(result.notices, file=plan.name)
