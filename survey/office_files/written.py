"""Rows as an Excel file with a frozen heading; no text is taken for a formula or a link."""

import io
from collections.abc import Iterable

import xlsxwriter

Cells = tuple[str | int | float | None, ...]

_PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook_of(rows: Iterable[Cells], *, name: str = "") -> bytes:
    """Return rows as a workbook of one sheet; the first is its heading."""
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, _PLAIN)
    sheet = workbook.add_worksheet(name[:31] or None)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    sheet.freeze_panes(1, 0)
    workbook.close()
    return buffer.getvalue()
