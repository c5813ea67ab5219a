"""Runs simulations on several processes; what comes out does not depend on how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from survey.site.processes import fresh_processes
from survey.stats.simulation.repeating import COUNTIES, run_repeat
from survey.stats.simulation.scenarios import SCENARIOS
from survey.stats.simulation.summary import Repeat, Summary, summarise


def simulate_scenarios(
    names: Sequence[str],
    *,
    setting: str,
    repeats: int,
    seed: int,
    jobs: int,
    done: Callable[[str, int], None],
) -> tuple[Summary, ...]:
    """Run every scenario ``repeats`` times; ``done(name, n)`` hears of finished repeats."""
    with fresh_processes(jobs) as pool:
        tasks = [
            (name, county, pool.submit(_part, name, setting, seed, county, part))
            for county, part in enumerate(_parts(repeats))
            for name in names
        ]
        found: dict[str, list[Repeat]] = {name: [] for name in names}
        for name, county, task in tasks:
            part = [Repeat(county=county, measures=measures) for measures in task.result()]
            found[name] += part
            done(name, len(part))
    return tuple(summary for name in names for summary in summarise(name, found[name]))


def _parts(repeats: int) -> list[range]:
    """Spread the repeats over the populations."""
    counties = min(repeats, COUNTIES)
    bounds = [county * repeats // counties for county in range(counties + 1)]
    return [range(low, high) for low, high in pairwise(bounds)]


def _part(
    name: str, setting: str, seed: int, county: int, part: range
) -> list[dict[str, dict[str, float]]]:
    scenario = SCENARIOS[name]
    return [
        run_repeat(scenario, setting=setting, seed=seed, repeat=repeat, county=county)
        for repeat in part
    ]
