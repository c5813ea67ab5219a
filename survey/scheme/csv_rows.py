"""Reading a table, CSV file or workbook, so that every fault is named by file, row and field."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from survey.office_files.given import given, read_table
from survey.office_files.signs import meant_code, name_fault
from survey.office_files.tables import Table, spreadsheet_number
from survey.office_files.times import day_in
from survey.problems import Problem, Refused
from survey.scheme.kinds import near, unknown_words
from survey.scheme.source import Source

_FEW = 5  # rows with the same fault that are each told
_REMARKS = ("notes", "备注")  # columns for an office's own remarks, which nothing reads
# Columns of words, where full-width signs are right; what stands in all others is compared.
_WORDS = frozenset({"name_zh", "short_zh", "name_en", "type_zh", "township_zh", "comment", "place"})
_LONGEST_NUMBER = 18
_NAMELESS = (
    "该列有内容但没有表头，请填写表头，或删去该列",
    "the column holds something but has no heading; give it one, or remove the column",
)
PLAIN_NUMBER = re.compile(r"[0-9]+(?:[.][0-9]*)?|[.][0-9]+")

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: its row number as a spreadsheet shows it (the heading is 1) and its cells.

    ``doubtful`` are those of its cells that have been refused already.
    """

    place: _Place
    number: int
    cells: dict[str, str]
    problems: list[Problem]
    doubtful: frozenset[str] = frozenset()

    def text(self, field: str) -> str:
        """Return a cell that must not be empty."""
        value = self.cells[field].strip()
        if not value:
            self.refuse(field, zh="不能为空，请填写", en="is empty; fill it in")
        elif fault := name_fault(value):
            self.refuse(field, zh=fault[0], en=fault[1])
        return value

    def text_or(self, field: str, otherwise: str) -> str:
        """Return a cell, or what stands for it where it is empty or has no column."""
        return self.text(field) if self.cells.get(field, "").strip() else otherwise

    def count(self, field: str) -> int:
        """Return a cell that must be a whole number of zero or more."""
        value = self.cells[field].strip()
        if not (value.isascii() and value.isdecimal()) or len(value) > _LONGEST_NUMBER:
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
        if not PLAIN_NUMBER.fullmatch(value) or len(value) > _LONGEST_NUMBER:
            self.refuse(
                field,
                zh=f"“{value}”不是非负数",
                en=f"{value!r} is not a number of zero or more",
            )
            return Decimal(0)
        return Decimal(value)

    def letter(self, field: str) -> str:
        """Return the letters of a column, of a workbook."""
        return self.place.letters.get(field, "")

    def refuse(self, field: str, *, zh: str, en: str) -> None:
        """Note a problem of this row."""
        if field not in self.doubtful:
            self.problems.append(self.place.problem(zh=zh, en=en, row=self.number, field=field))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A table as problems name it: its file, of a workbook its sheet, and where columns are."""

    file: str
    sheet: str
    letters: Mapping[str, str]

    def problem(self, *, zh: str, en: str, row: int, field: str = "") -> Problem:
        """Return what is wrong at a row and a column of it."""
        column = self.letters.get(field, "")
        return Problem(
            zh=zh, en=en, file=self.file, sheet=self.sheet, row=row, column=column, field=field
        )


def _read(path: Path, problems: list[Problem], read: Callable[[], _Read]) -> _Read | None:
    try:
        return read()
    except FileNotFoundError:
        problems.append(
            Problem(
                zh="文件不存在，请放入该文件夹",
                en="the file is missing; put it into the folder",
                file=path.name,
            )
        )
    except Refused as refused:
        problems.extend(refused.problems)
    return None


def read_rows(
    path: Path,
    *,
    columns: tuple[str, ...],
    problems: list[Problem],
    key: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    of_answers: bool = False,
) -> list[Row]:
    """Read the records of a CSV file, or of the workbook that stands in its place.

    Missing columns, a heading given twice or not known, ragged rows, keys given twice and keys a
    spreadsheet made numbers of are noted in ``problems``; ragged rows are left out. ``optional``
    are the columns there may be besides. Rows and columns that a spreadsheet shows as empty are
    passed over. A table ``of_answers``, or of people, may be much larger than others.
    """
    table = _read(path, problems, lambda: read_table(given(path), of_answers=of_answers))
    if table is None:
        return []
    return rows_of(table, columns=columns, problems=problems, key=key, optional=optional)


def rows_in(
    source: Source,
    name: str,
    *,
    columns: tuple[str, ...],
    problems: list[Problem],
    key: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
) -> list[Row]:
    """Read the records of a table of a county, as `read_rows` does those of a file."""
    try:
        table = source.table(name)
    except Refused as refused:
        problems.extend(refused.problems)
        return []
    return rows_of(table, columns=columns, problems=problems, key=key, optional=optional)


def rows_of(
    table: Table,
    *,
    columns: tuple[str, ...],
    problems: list[Problem],
    key: tuple[str, ...] = (),
    optional: tuple[str, ...] = (),
    verbatim: bool = False,
) -> list[Row]:
    """Read the records of a table, as `read_rows` does those of a file.

    A table read ``verbatim`` keeps full-width signs in all its cells.
    """
    told = table.faults_told()
    problems.extend(told)
    number, heading = table.rows[0] if table.rows else (1, [])
    if any(problem.row == number for problem in told):
        return []  # against a heading in doubt every row would be a fault
    header = [meant_code(name) for name in heading]
    while (
        header and not header[-1] and all(_blank(record, len(header)) for _, record in table.rows)
    ):
        header.pop()
    place = _Place(
        file=table.file,
        sheet=table.sheet,
        letters=dict(zip(header, table.letters, strict=False)),
    )
    faults = list(_header_problems(place, number, header, columns, optional))
    problems.extend(faults)
    if faults:
        return []
    rows = list(_records(table, place, header, problems, verbatim=verbatim))
    lost = [name for name in key if refuse_numbers(rows, name)]
    refuse_repeated(rows, () if lost else key)
    return rows


def _blank(record: list[str], place: int) -> bool:
    return not any(cell.strip() for cell in record[place - 1 : place])


def _header_problems(
    place: _Place,
    row: int,
    header: list[str],
    columns: tuple[str, ...],
    optional: tuple[str, ...],
) -> Iterator[Problem]:
    for name in dict.fromkeys(name for name in header if header.count(name) > 1):
        yield place.problem(
            zh=f"表头“{name}”出现了不止一次，请删去多余的一列",
            en=f"the heading {name!r} stands twice; remove one of the columns",
            row=row,
            field=name,
        )
    known = (*columns, *optional, *_REMARKS)
    unknown = [name for name in dict.fromkeys(header) if name not in known]
    for name in columns:
        if name in header:
            continue
        meant = near(name, unknown)
        if meant:
            unknown.remove(meant)
        yield place.problem(
            zh=f"缺少列“{name}”" + (f"；“{meant}”是否即此列？" if meant else ""),
            en=f"the column {name!r} is missing" + (f"; is it {meant!r}?" if meant else ""),
            row=row,
            field=name,
        )
    absent = [name for name in (*columns, *optional, *_REMARKS) if name not in header]
    for name in unknown:
        zh, en = unknown_words(name, absent) if name else _NAMELESS
        yield place.problem(zh=zh, en=en, row=row, field=name)


def _records(
    table: Table, place: _Place, header: list[str], problems: list[Problem], *, verbatim: bool
) -> Iterator[Row]:
    n_columns = len(table.rows[0][1])
    for number, record in table.rows[1:]:
        if len(record) != n_columns:
            problems.append(
                place.problem(
                    zh=f"有 {len(record)} 个单元格，应为 {n_columns} 个",
                    en=f"has {len(record)} cells where {n_columns} are expected",
                    row=number,
                )
            )
            continue
        cells = {
            name: cell if verbatim or name in _WORDS or cell.isascii() else meant_code(cell)
            for name, cell in zip(header, record, strict=False)
        }
        doubtful = (
            frozenset(
                name for column, name in enumerate(header) if (number, column) in table.faults
            )
            if table.faults
            else frozenset()
        )
        yield Row(place=place, number=number, cells=cells, problems=problems, doubtful=doubtful)


def refuse_repeated(rows: list[Row], key: tuple[str, ...]) -> None:
    """Note every row whose key stood in a row before."""
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        if not key:
            return
        value = tuple(meant_code(row.cells[name]) for name in key)
        if not any(value):
            continue
        if value in first:
            shown = " ".join(value)
            row.refuse(
                key[-1],
                zh=f"“{shown}”与第 {first[value]} 行重复",
                en=f"{shown!r} repeats row {first[value]}",
            )
        first.setdefault(value, row.number)


def refuse_numbers(rows: Sequence[Row], field: str) -> bool:
    """Note a column of codes that a spreadsheet made numbers or days of: many became one."""
    lost = spreadsheet_number(row.cells.get(field, "").strip() for row in rows)
    if lost is None:
        return False
    kind_zh, kind_en = ("日期", "a day") if day_in(lost) else ("数字", "a number")
    for row in rows:
        if row.cells.get(field, "").strip() == lost:
            row.refuse(
                field,
                zh=f"“{lost}”是表格软件改成{kind_zh}的编码，原来的写法已丢失；请从原文件重新导出，"
                "打开时把该列设为“文本”",
                en=f"{lost!r} is a code that a spreadsheet made {kind_en} of, and what it was is "
                "lost; export it again from the source, and open the column as text",
            )
    return True


def told_once(problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems, one that is the same in many rows once, at its first, with its count."""
    alike = Counter(replace(problem, row=None) for problem in problems)
    out: list[Problem] = []
    told: set[Problem] = set()
    for problem in problems:
        kind = replace(problem, row=None)
        if problem.row is None or alike[kind] <= _FEW:
            out.append(problem)
        elif kind not in told:
            told.add(kind)
            zh, en = f"（共 {alike[kind]} 行）", f" ({alike[kind]} rows)"
            out.append(replace(problem, zh=problem.zh + zh, en=problem.en + en))
    return out


def one_of(row: Row, field: str, known: Callable[[str], bool], *, zh: str, en: str) -> str:
    """Return a cell that must name something known; ``zh``/``en`` say where it is listed."""
    value = row.cells[field].strip()
    if not known(value):
        row.refuse(field, zh=f"“{value}”不在{zh}中", en=f"{value!r} is not in {en}")
    return value
