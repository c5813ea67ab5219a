"""Reading a CSV file so that every fault is named by file, row and field."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from survey.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: its row number as a spreadsheet shows it (the heading is 1) and its cells."""

    file: str
    number: int
    cells: dict[str, str]
    problems: list[Problem]

    def text(self, field: str) -> str:
        """Return a cell that must not be empty."""
        value = self.cells[field].strip()
        if not value:
            self.refuse(field, zh="不能为空，请填写", en="is empty; fill it in")
        return value

    def count(self, field: str) -> int:
        """Return a cell that must be a whole number of zero or more."""
        value = self.cells[field].strip()
        # isdecimal alone would let full-width digits through; int() reads them all the same.
        if not value.isdecimal():
            self.refuse(
                field,
                zh=f"“{value}”不是非负整数",
                en=f"{value!r} is not a whole number of zero or more",
            )
            return 0
        return int(value)

    def number_of(self, field: str) -> Decimal:
        """Return a cell that must be a number of zero or more, exactly as written."""
        value = self.cells[field].strip()
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number < 0:
            self.refuse(
                field,
                zh=f"“{value}”不是非负数",
                en=f"{value!r} is not a number of zero or more",
            )
            return Decimal(0)
        return number

    def refuse(self, field: str, *, zh: str, en: str) -> None:
        """Note a problem of this row."""
        self.problems.append(Problem(zh=zh, en=en, file=self.file, row=self.number, field=field))


def read_text(path: Path, problems: list[Problem]) -> str | None:
    """Return the text of a UTF-8 file (a BOM is fine), or note why it cannot be read."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.append(
            Problem(
                zh="文件不存在，请放入该文件夹",
                en="the file is missing; put it into the folder",
                file=path.name,
            )
        )
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        problems.append(
            Problem(
                zh="不是 UTF-8 编码，请另存为“CSV UTF-8”后重试",
                en="is not UTF-8; save it as “CSV UTF-8” and try again",
                file=path.name,
                row=row,
            )
        )
    return None


def read_rows(
    path: Path, *, columns: tuple[str, ...], problems: list[Problem], key: tuple[str, ...] = ()
) -> list[Row]:
    """Read the records of a CSV file.

    Missing columns, a heading given twice, ragged rows and keys given twice are noted in
    ``problems``; ragged rows are left out.
    """
    text = read_text(path, problems)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""))
    header = [name.strip() for name in next(reader, [])]
    if not _header_holds(path.name, header, columns, problems):
        return []
    rows = list(_records(path.name, header, reader, problems))
    _refuse_repeated(rows, key)
    return rows


def _header_holds(
    file: str, header: list[str], columns: tuple[str, ...], problems: list[Problem]
) -> bool:
    before = len(problems)
    problems.extend(
        Problem(
            zh=f"表头“{name}”出现了不止一次，请删去多余的一列",
            en=f"the heading {name!r} stands twice; remove one of the columns",
            file=file,
            row=1,
            field=name,
        )
        for name in dict.fromkeys(name for name in header if header.count(name) > 1)
    )
    problems.extend(
        Problem(
            zh=f"缺少列“{name}”",
            en=f"the column {name!r} is missing",
            file=file,
            row=1,
            field=name,
        )
        for name in columns
        if name not in header
    )
    return len(problems) == before


def _records(
    file: str, header: list[str], reader: Iterator[list[str]], problems: list[Problem]
) -> Iterator[Row]:
    for number, record in enumerate(reader, start=2):
        if not record:
            continue
        if len(record) != len(header):
            problems.append(
                Problem(
                    zh=f"有 {len(record)} 个单元格，应为 {len(header)} 个",
                    en=f"has {len(record)} cells where {len(header)} are expected",
                    file=file,
                    row=number,
                )
            )
            continue
        cells = dict(zip(header, record, strict=True))
        yield Row(file=file, number=number, cells=cells, problems=problems)


def _refuse_repeated(rows: list[Row], key: tuple[str, ...]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        if not key:
            return
        value = tuple(row.cells[name].strip() for name in key)
        if value in first:
            shown = " ".join(value)
            row.refuse(
                key[-1],
                zh=f"“{shown}”与第 {first[value]} 行重复",
                en=f"{shown!r} repeats row {first[value]}",
            )
        first.setdefault(value, row.number)


def one_of(row: Row, field: str, known: Callable[[str], bool], *, zh: str, en: str) -> str:
    """Return a cell that must name something known; ``zh``/``en`` say where it is listed."""
    value = row.cells[field].strip()
    if not known(value):
        row.refuse(field, zh=f"“{value}”不在{zh}中", en=f"{value!r} is not in {en}")
    return value
