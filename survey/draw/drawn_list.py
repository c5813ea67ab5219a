"""The list of those drawn, as a file: who is invited, in which order, with which chance.

It has no name and no telephone: the office finds them in its roster by the number.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from survey.draw.drawn_from import DrawnFrom
from survey.office_files.tables import csv_bytes
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, one_of, read_rows, told_once

if TYPE_CHECKING:
    from survey.draw.drawing import Draw

DRAWN, RESERVE = "drawn", "reserve"
COLUMNS = (
    *("serial", "unit_code", "group_code", "stratum", "role", "rank"),
    *("people", "drawn", "probability", "person_id"),
)


def list_bytes(draw: "Draw") -> bytes:
    """Return the list as a CSV file; the same draw is the same bytes."""
    lines = io.StringIO(newline="")
    csv.writer(lines, lineterminator="\r\n").writerows((COLUMNS, *_rows(draw)))
    return csv_bytes(lines.getvalue())


def _rows(draw: "Draw") -> Iterator[tuple[object, ...]]:
    serial = 0
    for one in draw.strata:
        where = (one.unit_code, one.group_code, one.stratum)
        for place, person in enumerate(one.chosen):
            serial += 1
            rank = place + 1 if place < one.drawn else place + 1 - one.drawn
            role = DRAWN if place < one.drawn else RESERVE
            chance = (one.people, one.drawn, repr(one.probability))
            yield serial, *where, role, rank, *chance, person.person_id


def read_list(path: Path) -> tuple[DrawnFrom, ...]:
    """Return the strata of a list and how many were drawn of each; who, is not read.

    Raises Refused where rows of a stratum say different numbers, or are fewer than were drawn.
    """
    problems: list[Problem] = []
    rows = read_rows(path, columns=COLUMNS, problems=problems, of_answers=True)
    strata: dict[tuple[str, str, str], DrawnFrom] = {}
    found: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        one = _stratum(row)
        key = (one.unit_code, one.group_code, one.stratum)
        if strata.setdefault(key, one) != one:
            row.refuse(
                "drawn",
                zh="与同一层前面各行的人数不同；请用抽样程序写出的原文件",
                en="is not what the rows before it say of this stratum; use the file as it was"
                " written",
            )
        is_drawn = (
            one_of(
                row, "role", (DRAWN, RESERVE).__contains__, zh="drawn、reserve", en="drawn, reserve"
            )
            == DRAWN
        )
        found[key] += is_drawn
    for key, one in strata.items():
        if not problems and found[key] != one.drawn:
            problems.append(_cut(path.name, one, found[key]))
    if problems:
        raise Refused(told_once(problems))
    return tuple(strata.values())


def _stratum(row: Row) -> DrawnFrom:
    people, drawn = row.count("people"), row.count("drawn")
    if not 0 < drawn <= people:
        row.refuse(
            "drawn",
            zh="应不小于 1，不大于该层人数",
            en="must be 1 or more, and no more than the people of the stratum",
        )
    return DrawnFrom(
        unit_code=row.text("unit_code"),
        group_code=row.text("group_code"),
        stratum=row.cells["stratum"].strip(),
        drawn=max(drawn, 1),
        people=max(people, drawn, 1),
    )


def _cut(file: str, one: DrawnFrom, found: int) -> Problem:
    where = " ".join(filter(None, (one.unit_code, one.group_code, one.stratum)))
    return Problem(
        file=file,
        field="drawn",
        zh=f"{where} 应有 {one.drawn} 行抽中的人，现有 {found} 行；删去的人仍要留在名单里",
        en=f"{where} should have {one.drawn} rows of people drawn and has {found}; whoever is"
        " left out must stay on the list",
    )
