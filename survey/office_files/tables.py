"""Text and tables as offices have them: the encodings, separators and traps of spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from survey.office_files.times import day_in
from survey.problems import Problem, Refused

MOST_BYTES = 16_000_000
MOST_BYTES_OF_ANSWERS = 512_000_000
MOST_ROWS = 100_000
MOST_ROWS_OF_ANSWERS = 5_000_000
MOST_CELLS = 1_000
LONGEST_CELL = 20_000

_MARKED = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_SEPARATORS = ",\t;"
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.]\d+)?[eE][+-]\d+")
_KEPT_DIGITS = 15  # of a longer number a spreadsheet makes the rest zeros
_ENOUGH = 5  # so many numbers do not all end in zeros by chance


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The rows of a file that hold anything, each with its number; the heading is the first.

    Of a workbook also its sheet, the letters of the columns, and the cells of which nobody can
    tell what they say, by row number and place in the row.
    """

    file: str
    rows: list[tuple[int, list[str]]]
    sheet: str = ""
    letters: tuple[str, ...] = ()
    faults: Mapping[tuple[int, int], Problem] = field(default_factory=dict)

    def faults_told(self) -> list[Problem]:
        """Return the faults, each once though it may be one of several cells."""
        return list(dict.fromkeys(self.faults.values()))


def language_of(table: Table, headings: Mapping[str, Iterable[str]]) -> str:
    """Return the language whose headings a table has most of; Chinese where neither has more."""
    here = {cell.strip() for cell in table.rows[0][1]}
    return max(headings, key=lambda lang: (len(here.intersection(headings[lang])), lang == "zh"))


def bounded(path: Path, most_bytes: int = MOST_BYTES) -> bytes:
    """Return what a file holds; raises Refused, without reading it, where it is far too large."""
    size = path.stat().st_size
    if size > most_bytes:
        raise Refused.of(
            zh=f"有 {size:,} 字节，最多 {most_bytes:,} 字节；请核对是否放错了文件",
            en=f"has {size:,} bytes, at most {most_bytes:,} are read; is it the right file?",
            file=path.name,
        )
    return path.read_bytes()


def decoded(content: bytes, file: str) -> str:
    """Return a file's text: UTF-8, UTF-16 with its mark, or GB18030 as Excel writes it in China.

    Raises Refused naming the row where no encoding goes further.
    """
    names = [_MARKED[mark] for mark in _MARKED if content.startswith(mark)] or ["utf-8", "gb18030"]
    furthest = 0
    for name in names:
        try:
            return content.decode(name)
        except UnicodeDecodeError as error:
            furthest = max(furthest, error.start)
    raise Refused.of(
        zh="有无法识别的字节；请把文件另存为 UTF-8 编码（Excel 中选“CSV UTF-8”）后重试",
        en="undecodable bytes; save the file in UTF-8 (“CSV UTF-8” in Excel) and try again",
        file=file,
        row=content[:furthest].count(b"\n") + 1,
    )


def records(text: str, file: str, *, most_rows: int = MOST_ROWS) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file that hold anything, each with its number (the heading is 1).

    The separator is the one of comma, tab and semicolon that the heading has most of. Raises
    Refused naming the row where a quotation mark is left open: it would swallow the rows after it;
    and the row where a limit is passed.
    """
    heading = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=heading.count)
    found: list[tuple[int, list[str]]] = []
    number = width = 0
    try:
        # Not strict, an open quotation mark runs on to the next one, wherever that is.
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            number += 1
            width = width or len(record)
            if number > most_rows + 1:
                raise too_many(file, number, most_rows)
            if len(record) > MOST_CELLS or max(map(len, record), default=0) > LONGEST_CELL:
                raise too_wide(file, number)
            if any(_holds_a_row(cell, separator, width) for cell in record):
                raise _left_open(file, number, "")
            if any(cell.strip() for cell in record):
                found.append((number, record))
    except csv.Error as error:
        raise _left_open(file, number + 1, f" ({error})") from error
    return found


def csv_bytes(text: str) -> bytes:
    """Return a table as a file that Excel and WPS show well: marked as UTF-8 where it needs be.

    A file of plain signs alone has no mark: programs that know of none read it as before.
    """
    return text.encode("utf-8" if text.isascii() else "utf-8-sig")


def spreadsheet_number(values: Iterable[str]) -> str | None:
    """Return a code that a spreadsheet turned into a number or a day, if one is among them.

    Either it is a day, as 1-2 becomes, or stands in scientific notation, or every long number ends
    in the zeros that stand for the digits a spreadsheet does not keep.
    """
    long: list[str] = []
    for value in values:
        if _SCIENTIFIC.fullmatch(value) or day_in(value):
            return value
        if value.isdecimal() and len(value) > _KEPT_DIGITS:
            long.append(value)
    if len(long) >= _ENOUGH and not any(value[_KEPT_DIGITS:].strip("0") for value in long):
        return long[0]
    return None


def _holds_a_row(cell: str, separator: str, n_cells: int) -> bool:
    """Tell whether a line inside a cell has the separators of a whole row."""
    return "\n" in cell and any(
        line.count(separator) >= max(n_cells - 1, 2) for line in cell.splitlines()
    )


def _left_open(file: str, row: int, detail: str) -> Refused:
    return Refused.of(
        zh="不是有效的 CSV：这一行有引号未成对（或用了中文引号收尾），其后的行会被并入；"
        f'请补上半角引号 " 后重试{detail}',
        en="not valid CSV: one of the quotation marks of this row is not closed by another, and "
        f"would swallow the rows after it; close it and try again{detail}",
        file=file,
        row=row,
    )


def too_many(file: str, row: int, most: int) -> Refused:
    """Return that a table has more rows than are read."""
    return Refused.of(
        zh=f"超过 {most:,} 行，请核对是否放错了文件",
        en=f"has more than {most:,} rows; is it the right file?",
        file=file,
        row=row,
    )


def too_wide(file: str, row: int) -> Refused:
    """Return that a row has more cells, or a longer one, than are read."""
    return Refused.of(
        zh=f"一行最多 {MOST_CELLS:,} 个单元格，一个单元格最多 {LONGEST_CELL:,} 个字符；"
        "请核对引号是否成对",
        en=f"a row has at most {MOST_CELLS:,} cells of at most {LONGEST_CELL:,} characters; "
        "is a quotation mark never closed?",
        file=file,
        row=row,
    )
