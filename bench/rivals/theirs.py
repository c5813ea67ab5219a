"""The rivals, each in its own program: draws out as CSV, estimates of all of them back."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.rivals.ground import Drawn, Found

HERE = Path(__file__).parent
NEEDED = "install r-base-core, r-cran-survey, r-cran-lme4 and r-cran-data.table, or name it by --r"


class NoRivalError(SystemExit):
    """A program that is needed and not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Where rivals are: Rscript, a library with packages no distribution has, a Python."""

    rscript: str
    library: str
    balance: str

    def check(self) -> None:
        if not shutil.which(self.rscript):
            raise NoRivalError(f"R is missing ({self.rscript}): {NEEDED}; or use --alone")


def write(draws: Sequence[Drawn], folder: Path) -> None:
    for number, drawn in enumerate(draws):
        (folder / f"{number:04d}").mkdir()
        for name, table in drawn.tables.items():
            with (folder / f"{number:04d}" / f"{name}.csv").open("w", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(table)
                writer.writerows(
                    zip(*(np.asarray(v).tolist() for v in table.values()), strict=True)
                )


def ask(
    ground: str, folder: Path, programs: Programs, *, slow: int, rivals: str
) -> dict[str, list[Rival]]:
    """Estimates by rival, one for each draw in ``folder``; slow ones of the first ``slow``."""
    orders = [[programs.rscript, str(HERE / "rivals.R"), ground, str(folder), str(slow), rivals]]
    if programs.balance and ground in {"balance_tutorial", "kang_schafer"}:
        orders.append(
            [programs.balance, str(HERE / "by_balance.py"), ground, str(folder), str(slow)]
        )
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    if programs.library:
        environment["R_LIBS"] = programs.library
    lines: list[str] = []
    for order in orders:
        done = subprocess.run(order, env=environment, capture_output=True, text=True, check=False)
        given = [line for line in done.stdout.splitlines() if line.startswith("RIVAL,")]
        if done.returncode:
            stopped = f"{Path(order[0]).name} stopped: {done.stderr.strip()[-400:]}"
            if not given:
                raise NoRivalError(stopped)
            print(f"{ground}: {stopped}; what it said before is kept", flush=True)
        lines += given
    return _read(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One rival's estimates of one draw; none where it failed, which ``why`` says."""

    draw: int
    seconds: float
    found: Found | None
    why: str = ""


def _read(lines: list[str]) -> dict[str, list[Rival]]:
    """Lines are RIVAL,name,draw,seconds,ok|why,values;…,lowers;…,uppers;…"""
    out: dict[str, list[Rival]] = {}
    for line in lines:
        _, name, number, seconds, why, *figures = line.split(",")
        numbers = [np.array(part.replace("NA", "nan").split(";"), dtype=float) for part in figures]
        found = Found(value=numbers[0], lower=numbers[1], upper=numbers[2]) if why == "ok" else None
        out.setdefault(name, []).append(
            Rival(draw=int(number), seconds=float(seconds), found=found, why=why)
        )
    return out
