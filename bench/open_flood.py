"""What false answers thrown into a department's own poster do to its score and its rank.

The demonstration's class C is answered by invited people alone; the poster its units get by default
opens the first group of the class (G2). False answers are written there, each from a phone and a
network of its own, over ten days, at a likely pace, nearly all at the best mark, and the folder is
scored by `survey appraise` as an office would.

    .venv/bin/python bench/open_flood.py --out flood
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from click.testing import CliRunner

from survey.cli import survey
from survey.demo import FOLDER

_NUMBERS = (0, 20, 50, 90, 300)
_BEST = 0.85  # of the false answers to an item; the others are next best


def main() -> None:
    """Flood one unit of class C, and print what became of it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--out", type=Path, required=True, help="a new folder")
    asked.add_argument("--unit", default="C02")
    asked.add_argument("--group", default="G2")
    wanted = asked.parse_args()
    honest = None
    print("false  score   moved   SE    rank  n")
    for number in _NUMBERS:
        folder = wanted.out / f"{wanted.unit}-{number}"
        _flooded(folder, unit=wanted.unit, group=wanted.group, number=number)
        found = _scored(folder, wanted.unit)
        honest = honest or found["estimate"]
        print(
            f"{number:5}  {found['estimate']:.2f}  {found['estimate'] - honest:+.2f}"
            f"  {found['se']:.2f}  {found['rank']}  {found['n']}"
        )


def _flooded(folder: Path, *, unit: str, group: str, number: int) -> None:
    shutil.copytree(FOLDER, folder)
    path = folder / "responses_demo.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    like = [row for row in rows if (row["unit_code"], row["group_code"]) == (unit, group)]
    drawn = random.Random(number)
    with path.open("a", encoding="utf-8", newline="") as file:
        to = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        to.writerows(_false(drawn, drawn.choice(like), place) for place in range(number))


def _false(drawn: random.Random, like: dict[str, str], place: int) -> dict[str, str]:
    at = datetime.fromisoformat("2026-12-04T08:00:00+08:00") + timedelta(
        days=drawn.randrange(10), minutes=drawn.randrange(780)
    )
    answers = {
        name: "5" if drawn.random() < _BEST else "4" for name in like if name.startswith("q_")
    }
    return like | answers | {
        "response_id": f"F{place:06}",
        "channel": "qr_open",
        "token": "",
        "device_hash": f"{drawn.getrandbits(64):016x}",
        "ip_hash": f"{drawn.getrandbits(64):016x}",
        "submitted_at": at.isoformat(),
        "duration_s": str(drawn.randrange(45, 180)),
        "reasons": "",
        "comment": "",
    }  # fmt: skip


def _scored(folder: Path, unit: str) -> dict[str, float]:
    out = folder / "out"
    ran = CliRunner().invoke(survey, ["appraise", str(folder), "--out", str(out)])
    if ran.exit_code:
        raise SystemExit(ran.output)
    units = json.loads((out / "appraisal.json").read_text(encoding="utf-8"))["units"]
    found: dict[str, float] = next(entry for entry in units if entry["unit_code"] == unit)
    return found


if __name__ == "__main__":
    main()
