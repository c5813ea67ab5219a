"""How much each unit counts in its county's mean: a table a bureau of statistics can fill in."""

from __future__ import annotations

import math
from pathlib import Path

from survey.city.rolling import Weights
from survey.office_files.given import read_table
from survey.problems import Problem, Refused

_COLUMNS = ("campaign", "unit_code", "weight")


def read_weights(path: Path) -> Weights:
    """Read weights by campaign and unit; raises Refused naming each row that is none."""
    table = read_table(path)
    heading = table.rows[0][1] if table.rows else []
    lacking = [column for column in _COLUMNS if column not in heading]
    if lacking:
        raise Refused(
            Problem(
                file=table.file, row=1, field=column, zh="缺少这一列", en="this column is missing"
            )
            for column in lacking
        )
    places = [heading.index(column) for column in _COLUMNS]
    found: dict[tuple[str, str], float] = {}
    problems = []
    for number, cells in table.rows[1:]:
        campaign, unit, said = (cells[place].strip() for place in places)
        weight = _number(said)
        if weight is None or (campaign, unit) in found:
            problems.append(
                Problem(
                    file=table.file,
                    row=number,
                    field="weight" if weight is None else "unit_code",
                    zh="须为大于零的数" if weight is None else "同一单位写了两次",
                    en="is no number above zero" if weight is None else "is there twice",
                )
            )
            continue
        found[campaign, unit] = weight
    if problems:
        raise Refused(problems)
    return found


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0 else None
