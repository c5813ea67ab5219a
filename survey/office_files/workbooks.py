"""Workbooks (.xlsx) as tables: one sheet of them, within limits, every doubtful cell by its place.

Only cells are read, for files of offices come from programs that spell styles, properties and
links in ways of their own. Nothing is computed, fetched or run.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from xml.parsers import expat

from survey.office_files.cells import Cell, Unsaid
from survey.office_files.signs import meant_code
from survey.office_files.tables import LONGEST_CELL, MOST_CELLS, Table, too_many, too_wide
from survey.office_files.workbook_parts import Book, Sheet, column_of, letters_of, row_of
from survey.problems import Problem, Refused

ENDING = ".xlsx"
_MOST_UNPACKED = 64_000_000
_MOST_FAULTS, _MOST_TOLD = 10_000, 20
_OLD = b"\xd0\xcf\x11\xe0"
_ZIPPED = b"PK\x03\x04"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError),
    *(KeyError, IndexError, ValueError, RuntimeError),
)
_ANEW_ZH = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后重试"
_ANEW_EN = "open it in Excel or WPS, save it as an Excel workbook (.xlsx) and try again"
_MERGED = Unsaid(
    "是合并单元格，请取消合并并逐格填写；表格上方的标题请删去",
    "is merged with others; part them and fill in each, and remove a title above the table",
)
_Faults = dict[tuple[int, int], Problem]


def refuse_no_text(content: bytes, file: str) -> None:
    """Refuse a workbook or another office file that was given under the name of a text file."""
    if content.startswith(_OLD):
        raise _old(content, file)
    if content.startswith(_ZIPPED):
        raise Refused.of(
            zh="不是文本，而是 Excel 工作簿或压缩文件；工作簿请改名为 .xlsx，压缩文件请先解压",
            en="is no text but a workbook or an archive; rename a workbook to .xlsx, and unpack an "
            "archive first",
            file=file,
        )


def sheet_table(content: bytes, file: str, *, most_bytes: int, most_rows: int) -> Table:
    """Return the table of a workbook: its one sheet that holds anything, or the one of its name.

    Raises Refused where there is no telling which sheet is meant, it is no workbook or beyond a
    limit; doubtful cells are faults of the table.
    """
    with _opened(content, file, most_bytes) as book:
        sheet = _meant_sheet(book, file)
        if sheet is None:
            return Table(file=file, rows=[])
        return _Reading(file=file, sheet=sheet, book=book).table(most_rows)


def sheet_tables(
    content: bytes, file: str, *, most_bytes: int, most_rows: int
) -> tuple[list[Table], list[str]]:
    """Return the tables of a workbook, one a sheet, and the names of sheets that are hidden.

    Hidden ones are not read. Raises Refused as `sheet_table` does.
    """
    with _opened(content, file, most_bytes) as book:
        tables = [
            _Reading(file=file, sheet=sheet, book=book).table(most_rows)
            for sheet in book.sheets
            if not sheet.hidden
        ]
        return tables, [sheet.name for sheet in book.sheets if sheet.hidden]


@contextmanager
def _opened(content: bytes, file: str, most_bytes: int) -> Iterator[Book]:
    """Yield the workbook that a file holds; raises Refused where it is none, or damaged."""
    if content.startswith(_OLD):
        raise _old(content, file)
    if not content.startswith(_ZIPPED):
        raise Refused.of(
            zh=f"不是 Excel 工作簿；CSV 文件请改名为 .csv，其他文件{_ANEW_ZH}",
            en=f"is no Excel workbook; rename a CSV file to .csv, or else {_ANEW_EN}",
            file=file,
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_others(archive, file)
            yield Book(archive, file, most_bytes=max(most_bytes, _MOST_UNPACKED))
    except _UNREADABLE as error:
        raise Refused.of(
            zh=f"已损坏或不是 Excel 工作簿，无法读取；{_ANEW_ZH}",
            en=f"is damaged or no Excel workbook; {_ANEW_EN}",
            file=file,
        ) from error


def _refuse_others(archive: zipfile.ZipFile, file: str) -> None:
    names = set(archive.namelist())
    if "xl/vbaProject.bin" in names:
        raise Refused.of(
            zh=f"含有宏，不能使用；{_ANEW_ZH}",
            en=f"holds macros, which are not taken; {_ANEW_EN}",
            file=file,
        )
    if "xl/workbook.xml" not in names:
        raise Refused.of(
            zh=f"不是 .xlsx 工作簿，而是另一种文件（如 .xlsb、.ods、.docx）改了名；{_ANEW_ZH}",
            en="is no .xlsx workbook but another kind of file (.xlsb, .ods, .docx) renamed; "
            f"{_ANEW_EN}",
            file=file,
        )


def _meant_sheet(book: Book, file: str) -> Sheet | None:
    """Return the sheet that is the table, None where all are empty; raises Refused at several."""
    filled = [sheet for sheet in book.sheets if _says_something(book, sheet)]
    seen = [sheet for sheet in filled if not sheet.hidden]
    stem = PurePosixPath(file).stem
    named = [sheet for sheet in seen if _alike(sheet.name, stem)]
    if not filled or len(named or seen) == 1:
        return next(iter(named or seen), None)
    names = "、".join(sheet.name for sheet in seen or filled)
    if seen:
        raise Refused.of(
            zh=f"有多张工作表有内容（{names}），无法确定读哪一张；请只留一张，"
            f"或把要读的那一张命名为“{stem}”",
            en=f"has several sheets that hold something ({names}); leave one, or name the one to "
            f"be read {stem!r}",
            file=file,
        )
    raise Refused.of(
        zh=f"有内容的工作表（{names}）都隐藏了，隐藏的不读；请取消隐藏",
        en=f"has hidden sheets alone ({names}), which are not read; show the one that is meant",
        file=file,
    )


def _says_something(book: Book, sheet: Sheet) -> bool:
    try:
        return any(
            book.ways.text(cell).strip() for _row, cells in book.rows(sheet) for cell in cells
        )
    except Unsaid:
        return True


def _alike(name: str, stem: str) -> bool:
    return meant_code(name).casefold() == meant_code(stem).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """One sheet on its way to be a table."""

    file: str
    sheet: Sheet
    book: Book

    def table(self, most_rows: int) -> Table:
        """Return the rows and columns that hold anything, and what is doubtful."""
        found: list[tuple[int, dict[int, str]]] = []
        faults: _Faults = {}
        rows = self.book.rows(self.sheet)
        for number, cells in rows:
            said = {cell.column: self._text(number, cell, faults) for cell in cells}
            if row := {column: text for column, text in said.items() if text.strip()}:
                self._judge(number, row, n_rows=len(found), most_rows=most_rows)
                found.append((number, row))
        used = sorted({column for _number, row in found for column in row})
        self._part_merged(rows.merged, dict(found), used, faults)
        places = {column: place for place, column in enumerate(used)}
        return Table(
            file=self.file,
            sheet=self.sheet.name,
            rows=[(number, [row.get(column, "") for column in used]) for number, row in found],
            letters=tuple(map(letters_of, used)),
            faults={
                (row, places[column]): _under(faults[row, column], found[0])
                for row, column in sorted(faults)
            },
        )

    def _text(self, row: int, cell: Cell, faults: _Faults) -> str:
        try:
            return self.book.ways.text(cell)
        except Unsaid as unsaid:
            self._note(faults, self._problem(row, cell.column, unsaid), [(row, cell.column)])
            return cell.raw or "="

    def _judge(self, number: int, row: dict[int, str], *, n_rows: int, most_rows: int) -> None:
        if n_rows > most_rows:
            raise too_many(self.file, number, most_rows)
        if max(row) > MOST_CELLS or max(map(len, row.values())) > LONGEST_CELL:
            raise too_wide(self.file, number)

    def _part_merged(
        self,
        references: list[str],
        filled: dict[int, dict[int, str]],
        used: list[int],
        faults: _Faults,
    ) -> None:
        """Note merged cells that hold anything: what stands in one was meant for all, or is not."""
        rows = sorted(filled)
        for reference in references:
            first, last = reference.split(":")
            (left, right), (top, bottom) = (map(of, (first, last)) for of in (column_of, row_of))
            if left not in filled.get(top, {}):
                continue
            among = rows[bisect_left(rows, top) : bisect_right(rows, bottom)]
            columns = used[bisect_left(used, left) : bisect_right(used, right)]
            self._note(
                faults,
                self._problem(top, left, _MERGED),
                [(row, column) for row in among for column in columns],
            )

    def _note(self, faults: _Faults, problem: Problem, cells: list[tuple[int, int]]) -> None:
        faults.update(dict.fromkeys(cells, problem))
        if len(faults) > _MOST_FAULTS:
            raise Refused(list(dict.fromkeys(faults.values()))[:_MOST_TOLD])

    def _problem(self, row: int, column: int, unsaid: Unsaid) -> Problem:
        return Problem(
            zh=unsaid.zh,
            en=unsaid.en,
            file=self.file,
            sheet=self.sheet.name,
            row=row,
            column=letters_of(column),
        )


def _under(problem: Problem, heading: tuple[int, dict[int, str]]) -> Problem:
    """Return a fault of a cell with the heading that it stands under."""
    number, names = heading
    name = names.get(column_of(problem.column), "")
    return problem if problem.row == number else replace(problem, field=name.strip())


def _old(content: bytes, file: str) -> Refused:
    if _PROTECTED in content:
        return Refused.of(
            zh="有打开密码，无法读取；请在 Excel 或 WPS 中去掉密码，另存为 .xlsx 后重试",
            en="is protected by a password; remove it in Excel or WPS, save it as .xlsx and try "
            "again",
            file=file,
        )
    return Refused.of(
        zh=f"是旧版 Excel 文件（.xls）；{_ANEW_ZH}",
        en=f"is a file of old Excel (.xls); {_ANEW_EN}",
        file=file,
    )
