"""The microdata as CSV: for spreadsheets, and as programs of statistics read it."""

from __future__ import annotations

import csv
import io

from survey.exchange.microdata.variables import Dataset
from survey.fieldwork.papers.formulas import harmless


def csv_for_spreadsheets(data: Dataset) -> bytes:
    """Return CSV marked as UTF-8; a text that a spreadsheet would compute starts with `'`."""
    texts = [variable.text for variable in data.variables]
    return _written(
        data,
        [
            [
                harmless(code) if text and isinstance(code, str) else code
                for code, text in zip(row, texts, strict=True)
            ]
            for row in data.rows
        ],
        end="\r\n",
    ).encode("utf-8-sig")


def raw_csv(data: Dataset) -> bytes:
    """Return CSV in UTF-8 without a mark, every code as it is."""
    return _written(data, data.rows, end="\n").encode()


def _written(data: Dataset, rows: object, *, end: str) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=end)
    writer.writerow(variable.name for variable in data.variables)
    writer.writerows(rows)  # type: ignore[arg-type]  # rows of codes in either shape
    return buffer.getvalue()
