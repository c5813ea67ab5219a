"""Runs simulations on several processes; what comes out does not depend on how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from survey.simulate.kept import Cell, Kept
from survey.site.processes import fresh_processes
from survey.stats.simulation import COUNTIES, SCENARIOS, Repeat, run_repeat, summarise


def simulate_cells(
    cells: Sequence[Cell],
    *,
    repeats: int,
    seed: int,
    jobs: int,
    done: Callable[[Kept], None],
) -> None:
    """Run every cell ``repeats`` times; ``done`` hears of each in turn, as it is finished."""
    with fresh_processes(jobs) as pool:
        tasks = [
            [
                (county, pool.submit(_part, cell, seed, county, part))
                for county, part in enumerate(_parts(repeats))
            ]
            for cell in cells
        ]
        for cell, parts in zip(cells, tasks, strict=True):
            found = [
                Repeat(county=county, measures=measures)
                for county, task in parts
                for measures in task.result()
            ]
            done(Kept(cell=cell, seed=seed, summaries=summarise(cell.scenario, found)))


def _parts(repeats: int) -> list[range]:
    """Spread the repeats over the populations."""
    counties = min(repeats, COUNTIES)
    bounds = [county * repeats // counties for county in range(counties + 1)]
    return [range(low, high) for low, high in pairwise(bounds)]


def _part(cell: Cell, seed: int, county: int, part: range) -> list[dict[str, dict[str, float]]]:
    return [
        run_repeat(
            SCENARIOS[cell.scenario], setting=cell.setting, plan=cell.plan, seed=seed,
            repeat=repeat, county=county,
        )
        for repeat in part
    ]  # fmt: skip
