"""`survey simulate`: how right the scores are where the truth is known."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from survey.simulate.county_folder import write_county
from survey.simulate.page import keep_results, table_lines, write_page
from survey.simulate.processes import simulate_scenarios
from survey.stats.simulation.scenarios import SCENARIOS, SETTINGS
from survey.stats.simulation.summary import Summary


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
    default="varied",
    show_default=True,
    type=click.Choice(list(SETTINGS)),
    help="Kind of county. Constants were chosen on 'tuning' alone.",
)
@click.option("--repeat", default=20, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1))
@click.option("--json", "machine", is_flag=True, help="Print every figure as JSON.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the figures here, and write simulation.md and charts from all that is kept.",
)
@click.option(
    "--write-county",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the first draw of the first scenario as a folder that `survey appraise` scores.",
)
def simulate(
    scenarios: tuple[str, ...],
    setting: str,
    repeat: int,
    seed: int,
    jobs: int,
    *,
    machine: bool,
    out: Path | None,
    folder: Path | None,
) -> None:
    r"""Simulate counties whose true scores are known, and print how far the scores are off.

    Every score comes from the code that publishes scores.

    \b
    Example: survey simulate --scenario careful --repeat 200 --jobs 2
    Check:   survey simulate --scenario plain --repeat 1 --write-county drawn --json
             survey appraise drawn --out out
    """
    names = scenarios or tuple(SCENARIOS)
    county = write_county(folder, scenario=names[0], setting=setting, seed=seed) if folder else None
    summaries = _run(names, setting=setting, repeats=repeat, seed=seed, jobs=jobs)
    if machine:
        content = {
            "simulated": True, "setting": setting, "seed": seed,
            "results": [asdict(summary) for summary in summaries],
        }  # fmt: skip
        if county:
            content["county"] = county
        click.echo(json.dumps(content, ensure_ascii=False, indent=1))
    else:
        for line in table_lines(summaries):
            click.echo(line)
    if out is not None:
        keep_results(out, summaries, setting=setting, seed=seed)
        click.echo(f"→ {write_page(out)}", err=True)
    if folder is not None:
        click.echo(f"→ {folder}", err=True)


def _run(
    names: tuple[str, ...], *, setting: str, repeats: int, seed: int, jobs: int
) -> tuple[Summary, ...]:
    left = dict.fromkeys(names, repeats)
    with click.progressbar(length=repeats * len(names), label=setting, file=sys.stderr) as bar:

        def done(name: str, number: int) -> None:
            bar.update(number)
            left[name] -= number
            if not left[name] and not sys.stderr.isatty():
                click.echo(f"{setting} {name}: {repeats}", err=True)

        return simulate_scenarios(
            names, setting=setting, repeats=repeats, seed=seed, jobs=jobs, done=done
        )
