"""安澜县 as if its population came from a household register: 18–35, 35–60, 60 and over."""

import csv
import json
import shutil
from pathlib import Path

from tests.factories import ANLAN

OF_REGISTER = {
    "18-29": "18—35岁",
    "30-44": "35—60岁",
    "45-59": "35—60岁",
    "60+": "60岁以上",
}
MARGINS = "population_margins_18plus.csv"
_MOVED = 26812  # of the whole county, from 30–44 to the young


def copied(folder: Path) -> Path:
    """Copy 安澜县, without its answers, and return the folder."""
    shutil.copytree(ANLAN, folder, ignore=shutil.ignore_patterns("responses*", "main_system*"))
    return folder


def own_ages(folder: Path, *, too_old: bool = False) -> None:
    """Let a folder ask for the register's bands and weight to them; with an upper limit if said."""
    path = folder / "questionnaire.json"
    content = json.loads(path.read_text("utf-8"))
    last = ["60-70", "over70"] if too_old else ["60+"]
    content["profile"][0]["options"] = ["under18", "18-34", "35-59", *last]
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    scheme = folder / "scheme.yaml"
    scheme.write_text(scheme.read_text("utf-8").replace("age4", "age"), "utf-8")
    (folder / "population_cells.csv").unlink()
    _write_margins(folder / MARGINS, "60—70岁" if too_old else "60岁以上")


def _write_margins(path: Path, oldest: str) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[2] != "age5"]
    merged: dict[tuple[str, ...], int] = {}
    for level, area, dimension, category, people, _share in rows[1:]:
        key = (level, area, dimension, category)
        if dimension == "age4":
            key = (level, area, "age", OF_REGISTER[category].replace("60岁以上", oldest))
        merged[key] = merged.get(key, 0) + int(people)
    for sign, category in ((1, "18—35岁"), (-1, "35—60岁")):
        merged["county", "990621000000", "age", category] += sign * _MOVED
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0][:5])
        writer.writerows([*key, people] for key, people in merged.items())
