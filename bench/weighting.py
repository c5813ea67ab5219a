"""Raking to four margins, and 100 unit means with their errors: ours, the limit, the peers.

    .venv/bin/python bench/weighting.py --rows 10000 100000 1000000 \
        --peers /path/to/python [/path/to/another/python] --r Rscript --r-means-up-to 100000

A peer that is not installed is said to be so. Everything runs in the same minutes, on the same
simulated answers: age 5 x sex 2 x area 20 x occupation 6, 100 units, five-level answers.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.stats.estimation.design import Design
from survey.stats.estimation.estimators import Domains, mean
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.calibration import Margin, rake
from survey.stats.weighting.cells import reduce_to_cells

HERE = Path(__file__).parent
SIZES = {"age": 5, "sex": 2, "area": 20, "occupation": 6}
N_UNITS = 100
POPULATION = 800_000.0
TOOLS = ("svy", "samplics", "balance", "ipfn", "weightipy")
Columns = dict[str, NDArray[Any]]


def simulate(n: int, seed: int = 20260101) -> tuple[Columns, dict[str, NDArray[np.float64]]]:
    """Simulated answers of n respondents, and the known totals of four margins."""
    generator = np.random.default_rng(seed)
    columns: Columns = {}
    totals = {}
    for name, size in SIZES.items():
        share, known = np.exp(0.5 * generator.standard_normal((2, size)))
        columns[name] = generator.choice(size, n, p=share / share.sum())
        totals[name] = POPULATION * known / known.sum()
    columns["unit"] = generator.integers(0, N_UNITS, n)
    columns["score"] = 25.0 * generator.integers(0, 5, n)
    columns["weight"] = np.full(n, POPULATION / n)
    return columns, totals


def milliseconds(work: Callable[[], object], repeats: int = 5) -> float:
    """Median time of ``work``."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return float(np.median(times)) * 1e3


def ours(columns: Columns, totals: dict[str, NDArray[np.float64]]) -> dict[str, Any]:
    margins = [
        Margin(variable=name, categories=tuple(str(k) for k in range(size)),
               codes=columns[name], totals=totals[name])
        for name, size in SIZES.items()
    ]  # fmt: skip
    base = columns["weight"]
    design = Design.build(n=base.size)
    domains = Domains(codes=columns["unit"], size=N_UNITS)

    def calibrated() -> Any:
        return rake(base_weights=base, margins=margins)

    def means() -> Any:
        weights = WeightSet(base_weights=base, design=design, calibration=calibrated())
        return mean(weights=weights, y=columns["score"], domains=domains)

    found, estimates = calibrated(), means()
    tracemalloc.start()
    means()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "raking_ms": milliseconds(calibrated),
        "raking_with_rows_ms": milliseconds(lambda: calibrated().weights),
        "means_ms": milliseconds(means),
        "error": found.max_margin_error,
        "peak_over_input": peak / sum(column.nbytes for column in columns.values()),
        "weights": found.weights,
        "mean": estimates.value,
        "se": estimates.se,
    }


def limits(columns: Columns) -> dict[str, float]:
    """The passes over the arrays that nothing can avoid, and one SQL GROUP BY."""
    names, sizes = list(SIZES), list(SIZES.values())
    cell = reduce_to_cells([columns[name] for name in names], sizes).of
    n_cells = int(np.prod(sizes))
    score = columns["score"]

    def cell_pass() -> None:
        number = columns["age"] * 240 + columns["sex"] * 120
        number += columns["area"] * 6
        number += columns["occupation"]
        np.bincount(number, minlength=n_cells)

    def unit_pass() -> None:
        key = columns["unit"] * n_cells + cell
        np.bincount(key, minlength=n_cells * N_UNITS)
        np.bincount(key, score, minlength=n_cells * N_UNITS)
        np.bincount(key, score * score, minlength=n_cells * N_UNITS)

    return {
        "one_bincount_ms": milliseconds(lambda: np.bincount(cell, minlength=n_cells)),
        "cell_pass_ms": milliseconds(cell_pass),
        "unit_pass_ms": milliseconds(unit_pass),
        "sql_group_by_ms": sql(columns),
    }


def sql(columns: Columns) -> float:
    """SQLite in memory: count, sum and sum of squares by unit and cell."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE r (age INT, sex INT, area INT, occ INT, unit INT, score REAL)")
    lists = [columns[name].tolist() for name in (*SIZES, "unit", "score")]
    database.executemany("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?)", zip(*lists, strict=True))
    query = (
        "SELECT unit, age, sex, area, occ, count(*), sum(score), sum(score * score) "
        "FROM r GROUP BY unit, age, sex, area, occ"
    )
    return milliseconds(lambda: database.execute(query).fetchall(), repeats=1)


def run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"missing": (done.stderr.strip().splitlines() or ["no output"])[-1][:90]}
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def write(folder: Path, columns: Columns, totals: dict[str, NDArray[np.float64]]) -> None:
    for name, column in columns.items():
        column.astype("<f8").tofile(folder / f"{name}.bin")
    known = {name: values.tolist() for name, values in totals.items()}
    (folder / "totals.json").write_text(json.dumps(known))
    for name, values in totals.items():
        values.tofile(folder / f"totals_{name}.bin")


def report(tool: str, found: dict[str, Any], own: dict[str, Any]) -> None:
    if "missing" in found:
        print(f"  {tool:<22} not installed or failed: {found['missing']}")
        return
    parts = [f"  {tool:<22}"]
    for what in ("raking", "means"):
        taken = found.get(f"{what}_ms")
        text = "-" if taken is None else f"{taken:,.1f} ms = {taken / own[f'{what}_ms']:,.0f} x"
        parts.append(f"{what} {text:<26}")
    if "error" in found:
        parts.append(f"margin error {found['error']:.1g}")
    for figure in ("mean", "se"):
        if figure in found:
            gap = np.max(np.abs(np.array(found[figure]) / own[figure] - 1))
            parts.append(f"{figure} agrees to {gap:.1g}")
    print("  ".join(parts))


def compare(n: int, arguments: argparse.Namespace) -> None:
    columns, totals = simulate(n)
    own, limit = ours(columns, totals), limits(columns)
    print(f"\nn = {n:,} (simulated)")
    print(f"  ours                  raking {own['raking_ms']:.2f} ms (with one weight per row "
          f"{own['raking_with_rows_ms']:.2f} ms), margin error {own['error']:.1g}")  # fmt: skip
    print(f"  ours                  raking and {N_UNITS} means with errors {own['means_ms']:.2f} "
          f"ms, peak memory {own['peak_over_input']:.2f} x input arrays")  # fmt: skip
    passes = limit["cell_pass_ms"] + limit["unit_pass_ms"]
    print(f"  limit: one bincount {limit['one_bincount_ms']:.2f} ms; passes to cells "
          f"{limit['cell_pass_ms']:.2f} ms, raking = {own['raking_ms'] / limit['cell_pass_ms']:.2f}"
          f" x; and to units by cells {passes:.2f} ms, means = {own['means_ms'] / passes:.2f} x; "
          f"SQLite GROUP BY {limit['sql_group_by_ms']:,.0f} ms")  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, columns, totals)
        for tool in TOOLS:
            found: dict[str, Any] = {"missing": "no --peers given"}
            for python in arguments.peers:
                found = run([python, str(HERE / "weighting_peers.py"), tool, str(folder)])
                if "missing" not in found:
                    break
            report(tool, found, own)
        if arguments.r:
            means = "means" if n <= arguments.r_means_up_to else "raking"
            report("R survey", run([arguments.r, str(HERE / "weighting.R"), str(folder), means]),
                   own)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--peers", nargs="*", default=os.environ.get("BENCH_PEERS", "").split(),
                        help="Pythons with peers installed, tried in turn")  # fmt: skip
    parser.add_argument("--r", default=os.environ.get("BENCH_R", ""))
    parser.add_argument("--r-means-up-to", type=int, default=100_000)
    arguments = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, numpy {np.__version__}; x = times ours")
    for n in arguments.rows:
        compare(n, arguments)


if __name__ == "__main__":
    main()
