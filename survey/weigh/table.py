"""The data file of `survey weigh`: a table whose columns are read when the plan names them."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from survey.office_files import given
from survey.office_files.signs import meant
from survey.office_files.tables import csv_bytes
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import told_once

MISSING = frozenset({"", "NA", "NaN", "nan"})
_NUMBER = re.compile(r"[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?")
# Weights times answers are squared and summed, and must stay numbers.
LARGEST, SMALLEST = 1e60, 1e-60


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighTable:
    """Rows of text under a heading; ``places`` are their rows in the file.

    Of a workbook, ``sheet`` and the ``letters`` of its columns. What stands for no answer is
    read as an empty field, in every column a plan names, and written as it stood.
    """

    file: str
    sheet: str
    letters: tuple[str, ...]
    heading: tuple[str, ...]
    rows: list[list[str]]
    places: list[int]
    missing: frozenset[str] = MISSING

    def text(self, column: str) -> list[str]:
        """Return a column as it stands, blanks around values removed."""
        if column not in self.heading:
            raise self.refusal(
                f"没有这一列；文件里的列有 {'、'.join(self.heading)}",
                f"no such column; the file has {', '.join(self.heading)}",
                field=column,
            )
        place = self.heading.index(column)
        values = [meant(row[place].strip()) for row in self.rows]
        return ["" if value in self.missing else value for value in values]

    def complete(self, column: str) -> list[str]:
        """Return a column in which nothing may be missing."""
        values = self.text(column)
        for i, value in enumerate(values):
            if not value:
                raise self.refusal("缺少数值", "the value is missing", row=i, field=column)
        return values

    def codes(self, column: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """Return the distinct values of a complete column, sorted, and the one of each row."""
        values = self.complete(column)
        names = tuple(sorted(set(values)))
        number = {name: i for i, name in enumerate(names)}
        return names, np.array([number[value] for value in values], dtype=np.intp)

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column of numbers; NaN where missing."""
        values = self.text(column)
        numbers = np.empty(len(values))
        for i, value in enumerate(values):
            if not value:
                numbers[i] = np.nan
                continue
            numbers[i] = float(value) if _NUMBER.fullmatch(value) else np.inf
            if not math.isfinite(numbers[i]):
                raise self.refusal(
                    f"“{value}”不是一个数", f"{value!r} is not a number", row=i, field=column
                )
            if out_of_range(numbers[i]):
                raise self.refusal(
                    f"“{value}”过大或过小，请换用合适的单位",
                    f"{value!r} is too large or too small to compute with; use other units",
                    row=i,
                    field=column,
                )
        return numbers

    def complete_numbers(self, column: str) -> NDArray[np.float64]:
        """Return a column of numbers in which nothing may be missing."""
        self.complete(column)
        return self.numbers(column)

    def refusal(self, zh: str, en: str, *, row: int | None = None, field: str = "") -> Refused:
        """Return a refusal that names this file; ``row`` counts data rows from 0."""
        place = None if row is None else self.places[row]
        column = dict(zip(self.heading, self.letters, strict=False)).get(field, "")
        problem = Problem(zh=zh, en=en, file=self.file, row=place, field=field)
        return Refused([replace(problem, sheet=self.sheet, column=column)])


def out_of_range(number: float) -> bool:
    """Tell whether a finite number is too large or too small to compute with."""
    return number != 0 and not SMALLEST <= abs(number) <= LARGEST


def read_table(path: Path) -> WeighTable:
    """Read a CSV file or a workbook; raise Refused when it is not a table."""
    found = given.read_table(path, of_answers=True)
    if faults := found.faults_told():
        raise Refused(told_once(faults))
    places, lines = [place for place, _row in found.rows], [row for _place, row in found.rows]
    table = WeighTable(
        file=path.name,
        sheet=found.sheet,
        letters=found.letters,
        heading=tuple(meant(name.strip()) for name in lines[0]) if lines else (),
        rows=lines[1:],
        places=places[1:],
    )
    if not table.rows:
        raise table.refusal("文件里没有数据", "the file has no data")
    if len(set(table.heading)) < len(table.heading):
        raise table.refusal("有两列同名", "two columns have the same name")
    for i, row in enumerate(table.rows):
        if len(row) != len(table.heading):
            raise table.refusal(
                f"有 {len(row)} 个值，表头有 {len(table.heading)} 列",
                f"{len(row)} values under {len(table.heading)} columns",
                row=i,
            )
    return table


def write_weights(path: Path, table: WeighTable, weights: NDArray[np.float64]) -> None:
    """Write the input rows in order with their ``weight``, all or nothing, or raise Refused."""
    part = path.with_name(path.name + ".part")
    try:
        _write(part, table, weights)
        part.replace(path)
    except OSError as error:
        if part.is_file():
            part.unlink()
        raise Refused.of(
            zh=f"无法写入 {path}；请检查文件夹是否存在、是否允许写入（{error.strerror}）",
            en=f"cannot write {path} ({error.strerror}); is there such a folder, "
            "and may you write in it?",
            file=path.name,
        ) from error


def _write(path: Path, table: WeighTable, weights: NDArray[np.float64]) -> None:
    heading = [name if name != "weight" else "input_weight" for name in table.heading]
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([*heading, "weight"])
    writer.writerows(
        [*row, repr(weight)] for row, weight in zip(table.rows, weights.tolist(), strict=True)
    )
    path.write_bytes(csv_bytes(lines.getvalue()))
