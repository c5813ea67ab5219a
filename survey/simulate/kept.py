"""Figures of simulations kept as files, one for each scenario under each plan in each setting."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from survey.stats.campaign.result import METHOD_VERSION
from survey.stats.simulation import SCENARIOS, Outcome, Summary, outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One scenario in one kind of county under one plan."""

    setting: str
    plan: str
    scenario: str

    @property
    def place(self) -> str:
        """Name the setting and the plan."""
        return f"{self.setting}/{self.plan}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was found in a cell, at each amount of false answers, and by which method."""

    cell: Cell
    seed: int
    summaries: tuple[Summary, ...]
    method: str = METHOD_VERSION

    @property
    def honest(self) -> Summary:
        """Return what was found without an attack."""
        return self.summaries[0]

    @property
    def attacked(self) -> tuple[Summary, ...]:
        """Return what was found with one, by its amount."""
        return self.summaries[1:]

    def outcomes(self) -> tuple[Outcome, ...]:
        """Hold the promises against it."""
        return outcomes(self.summaries)


def as_document(kept: Kept) -> dict[str, Any]:
    """Return what is kept as JSON has it."""
    return {
        "simulated": True, **asdict(kept.cell), "seed": kept.seed, "method": kept.method,
        "results": [asdict(summary) for summary in kept.summaries],
    }  # fmt: skip


def keep(out: Path, kept: Kept) -> None:
    """Keep it in a file of its own, replacing what was there."""
    path = _path(out, kept.cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_document(kept), ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8")


def kept_alike(out: Path, cell: Cell, *, seed: int, repeats: int) -> Kept | None:
    """Return what is kept of a cell if it was drawn so, and by this method."""
    path = _path(out, cell)
    if not path.exists():
        return None
    found = _read(path)
    alike = (found.seed, found.honest.repeats, found.method) == (seed, repeats, METHOD_VERSION)
    return found if alike else None


def read_all(out: Path) -> list[Kept]:
    """Return all that is kept, in the order of the scenarios."""
    order = list(SCENARIOS)
    found = [_read(path) for path in sorted((out / "simulation").glob("*.json"))]
    return sorted(found, key=lambda kept: order.index(kept.cell.scenario))


def _path(out: Path, cell: Cell) -> Path:
    return out / "simulation" / f"{cell.setting}-{cell.plan}-{cell.scenario}.json"


def _read(path: Path) -> Kept:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Kept(
        cell=Cell(setting=data["setting"], plan=data["plan"], scenario=data["scenario"]),
        seed=data["seed"], method=data["method"],
        summaries=tuple(Summary(**entry) for entry in data["results"]),
    )  # fmt: skip


def amount_of(summary: Summary) -> str:
    """Say how much was false: a share of answers, or their number; nothing without an attack."""
    amount = float(summary.share)
    if not amount:
        return ""
    return f"{amount:.0%}" if amount <= 1 else f"{amount:.0f}"


def repeats_of(kept: Sequence[Kept]) -> str:
    """Say on how many draws what is kept rests."""
    by_number: dict[int, list[str]] = {}
    for entry in kept:
        by_number.setdefault(entry.honest.repeats, []).append(entry.cell.scenario)
    said = [f"{number} draws: {', '.join(names)}" for number, names in by_number.items()]
    seeds = sorted({entry.seed for entry in kept})
    methods = sorted({entry.method for entry in kept})
    return f"Seed {', '.join(map(str, seeds))}, method {', '.join(methods)}; " + "; ".join(said)
