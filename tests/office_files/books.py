"""Workbooks as offices make them, from tables of the demonstration county."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
PROTECTED = OLD_EXCEL + "EncryptedPackage".encode("utf-16-le") + bytes(500)


def sheet_of(rows: Iterable[Iterable[Any]]) -> Worksheet:
    """Return the one sheet of a new workbook, filled."""
    sheet = openpyxl.Workbook().active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    return sheet


def content(sheet: Worksheet) -> bytes:
    """Return the workbook of a sheet as a file holds it."""
    out = io.BytesIO()
    book = sheet.parent
    assert isinstance(book, openpyxl.Workbook)
    book.save(out)
    return out.getvalue()


def instead(table: Path, change: Callable[[Worksheet], object] = lambda sheet: None) -> None:
    """Put a workbook in the place of a CSV file, its numbers as numbers, and change its sheet."""
    sheet = sheet_of(map(_as_typed, row) for row in _rows(table))
    change(sheet)
    table.with_suffix(".xlsx").write_bytes(content(sheet))
    table.unlink()


def with_part(book: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a workbook in which one part is changed, or new."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        new.writestr(name, change(old.read(name) if name in old.namelist() else b""))
    return out.getvalue()


def _rows(table: Path) -> list[list[str]]:
    with table.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _as_typed(text: str) -> str | int | float:
    """Return what a spreadsheet makes of it, but for the codes it would spoil."""
    if text.isdecimal() and len(text) <= 15:
        return int(text)
    return float(text) if text.count(".") == 1 and text.replace(".", "").isdecimal() else text
