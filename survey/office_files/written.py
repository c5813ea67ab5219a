"""Rows as an Excel file with a frozen heading; no text is taken for a formula or a link."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Cells = tuple[str | int | float | None, ...]

_PLAIN = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook_of(rows: Iterable[Cells], *, name: str = "") -> bytes:
    """Return rows as a workbook of one sheet; the first is its heading."""
    import xlsxwriter  # noqa: PLC0415 - most processes write no workbook

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, _PLAIN)
    sheet = workbook.add_worksheet(name[:31] or None)
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    sheet.freeze_panes(1, 0)
    workbook.close()
    return buffer.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSheet:
    """One sheet of several: its name, its rows and how wide its columns are, in characters.

    `choices` are what a column's cells may say, by its place, offered as a list to choose from.
    """

    name: str
    rows: list[list[str]]
    widths: tuple[int, ...] = ()
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def workbook_of_sheets(sheets: Iterable[WrittenSheet]) -> bytes:
    """Return sheets as a workbook to fill in: every cell a text, so that codes stay as they are."""
    import xlsxwriter  # noqa: PLC0415 - most processes write no workbook

    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    )
    # The same rows are the same bytes, whenever they are written.
    workbook.set_properties({"created": datetime(1980, 1, 1)})  # noqa: DTZ001 - on paper
    cell = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    head = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
    for given in sheets:
        sheet = workbook.add_worksheet(given.name)
        for place, width in enumerate(given.widths):
            sheet.set_column(place, place, width, cell)
        for number, row in enumerate(given.rows):
            for place, text in enumerate(row):
                if text:
                    sheet.write_string(number, place, text, cell if number else head)
        for place, offered in given.choices.items():
            if len(given.rows) > 1:
                listed = {"validate": "list", "source": list(offered)}
                sheet.data_validation(1, place, len(given.rows) - 1, place, listed)
        sheet.freeze_panes(1, 0)
    workbook.close()
    return buffer.getvalue()
