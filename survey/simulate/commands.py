"""`survey simulate`: how right the scores are where the truth is known."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from survey.simulate.county_folder import write_county
from survey.simulate.kept import Cell, Kept, as_document, keep, kept_alike, read_all
from survey.simulate.page import write_page
from survey.simulate.price_page import write_price_page
from survey.simulate.processes import simulate_cells
from survey.simulate.tables import table_lines
from survey.stats.simulation import PLANS, SCENARIOS, SETTINGS


@click.command()
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    type=click.Choice(list(SCENARIOS)),
    help="What goes wrong; may be given several times. [default: all]",
)
@click.option(
    "--setting",
    "settings",
    multiple=True,
    default=("varied",),
    show_default=True,
    type=click.Choice(list(SETTINGS)),
    help="Kind of county; may be given several times. Constants were chosen on 'tuning'.",
)
@click.option(
    "--plan",
    "plans",
    multiple=True,
    type=click.Choice(list(PLANS)),
    help="Whom the office asks, and how; may be given several times. [default: all that a"
    " scenario is asked under]",
)
@click.option("--repeat", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "machine", is_flag=True, help="Print every figure as JSON.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the figures here as they come, and write simulation.md, price-per-point.md and"
    " charts from all that is kept.",
)
@click.option(
    "--resume", is_flag=True, help="Do not draw again what --out holds of this seed and repeat."
)
@click.option(
    "--write-county",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the first draw of the first scenario as a folder that `survey appraise` scores.",
)
def simulate(
    scenarios: tuple[str, ...],
    settings: tuple[str, ...],
    plans: tuple[str, ...],
    repeat: int,
    seed: int,
    *,
    jobs: int,
    machine: bool,
    out: Path | None,
    resume: bool,
    folder: Path | None,
) -> None:
    r"""Simulate counties whose true scores are known, and print how far the scores are off.

    Every score comes from the code that publishes scores.

    \b
    Example: survey simulate --scenario careful --plan groups --repeat 200 --jobs 2
    Check:   survey simulate --scenario plain --plan groups --repeat 1 --write-county drawn --json
             survey appraise drawn --out out
    """
    cells = _cells(scenarios, settings, plans)
    county = write_county(folder, cell=cells[0], seed=seed) if folder else None
    found = _run(cells, repeats=repeat, seed=seed, jobs=jobs, out=out, resume=resume)
    if machine:
        content: dict[str, object] = {"simulated": True, "cells": [*map(as_document, found)]}
        if county:
            content["county"] = county
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for line in table_lines(found):
            click.echo(line)
    if out is not None:
        kept = read_all(out)
        for page in (write_page(out, kept), write_price_page(out, kept)):
            click.echo(f"→ {page}", err=True)
    if folder is not None:
        click.echo(f"→ {folder}", err=True)


def _cells(
    scenarios: tuple[str, ...], settings: tuple[str, ...], plans: tuple[str, ...]
) -> list[Cell]:
    """Return what is asked for; a scenario named under a plan that cannot have it is refused."""
    cells = []
    for name in scenarios or tuple(SCENARIOS):
        under = [plan for plan in SCENARIOS[name].plans if not plans or plan in plans]
        if not under and scenarios:
            raise click.UsageError(f"{name}: --plan {' | '.join(SCENARIOS[name].plans)}")
        cells += [(plan, name) for plan in under]
    return [
        Cell(setting=setting, plan=plan, scenario=name)
        for setting in settings
        for plan, name in cells
    ]


def _run(
    cells: list[Cell], *, repeats: int, seed: int, jobs: int, out: Path | None, resume: bool
) -> list[Kept]:
    found: dict[Cell, Kept] = {}
    if out is not None and resume:
        before = {cell: kept_alike(out, cell, seed=seed, repeats=repeats) for cell in cells}
        found = {cell: kept for cell, kept in before.items() if kept is not None}
    left = [cell for cell in cells if cell not in found]
    with click.progressbar(length=len(left), label="simulate", file=sys.stderr) as bar:

        def done(kept: Kept) -> None:
            found[kept.cell] = kept
            if out is not None:
                keep(out, kept)
            bar.update(1)
            if not sys.stderr.isatty():
                click.echo(f"{kept.cell.place} {kept.cell.scenario}: {repeats}", err=True)

        simulate_cells(left, repeats=repeats, seed=seed, jobs=jobs, done=done)
    return [found[cell] for cell in cells]
