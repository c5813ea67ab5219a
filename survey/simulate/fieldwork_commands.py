"""`survey simulate-fieldwork`: how often forecasts hold where the end is known."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import click

from survey.simulate.forecast_page import told, write_page
from survey.stats.simulation.fieldworks import MANNERS
from survey.stats.simulation.forecast_quality import (
    OneFieldwork,
    Quality,
    follow_fieldwork,
    quality_of,
)


@click.command("simulate-fieldwork")
@click.option(
    "--manner",
    "manners",
    multiple=True,
    type=click.Choice(list(MANNERS)),
    help="How people come to answer; may be given several times. [default: all]",
)
@click.option("--repeat", default=20, show_default=True, type=click.IntRange(min=2))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the figures of every day as a page.",
)
def simulate_fieldwork(
    manners: tuple[str, ...], repeat: int, seed: int, jobs: int, *, out: Path | None
) -> None:
    r"""Simulate fieldworks, forecast each on every morning, and print how often that held.

    \b
    Example: survey simulate-fieldwork --repeat 500 --jobs 2 --out docs/forecasts.md
    """
    found = []
    for manner in manners or tuple(MANNERS):
        found.append(_quality(manner, repeat=repeat, seed=seed, jobs=jobs))
        click.echo(told(found[-1]))
    if out is not None:
        write_page(out, found, seed=seed)
        click.echo(f"→ {out}", err=True)


def _quality(manner: str, *, repeat: int, seed: int, jobs: int) -> Quality:
    one = partial(_follow, manner, seed)
    with click.progressbar(length=repeat, label=manner, file=sys.stderr) as bar:

        def counted(found: OneFieldwork) -> OneFieldwork:
            bar.update(1)
            return found

        if jobs == 1:
            return quality_of(manner, map(counted, map(one, range(repeat))))
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            return quality_of(manner, map(counted, pool.map(one, range(repeat))))


def _follow(manner: str, seed: int, number: int) -> OneFieldwork:
    return follow_fieldwork(manner, seed=seed, number=number)
