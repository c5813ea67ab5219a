"""The rows of an XLSForm's sheets, and what their cells say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from survey.office_files.tables import Table
from survey.scheme.csv_rows import Row
from survey.scheme.kinds import ANYTHING, NOTES
from survey.scheme.workbook.values import read
from survey.scheme.xlsform.columns import column_name


def by_name(sheet: str, table: Table, otherwise: str) -> Table:
    """Return a table whose headings are the names that its columns are read by."""
    (number, heading), *rows = table.rows
    names = [column_name(sheet, cell, otherwise=otherwise) for cell in heading]
    faults = {
        at: replace(problem, field=column_name(sheet, problem.field, otherwise=otherwise))
        for at, problem in table.faults.items()
    }
    return replace(table, rows=[(number, names), *rows], faults=faults)


def words_of(row: Row, column: str = "label") -> dict[str, str]:
    """Return the words of a row in both languages; Chinese must be said."""
    chinese, english = (text_of(row, f"{column}::{lang}") for lang in ("zh", "en"))
    for lang, said in (("zh", chinese), ("en", english)):
        if "${" in said:
            zh = "不支持在文字中引用别的题（${…}）；请改写"
            row.refuse(f"{column}::{lang}", zh=zh, en="words cannot quote another answer (${…})")
    if not chinese:
        zh, en = "不能为空，请填写中文", "is empty; fill in the Chinese"
        row.refuse(f"{column}::zh", zh=zh, en=en)
    return {"zh": chinese or "？"} | ({"en": english} if english else {})


def text_of(row: Row, name: str) -> str:
    """Return the text of a cell, nothing where its column is not there."""
    return tidy(row.cells.get(name, ""))


def tidy(text: str) -> str:
    """Return a text as it is kept."""
    return text.replace("\r\n", "\n").strip()


def notes_of(row: Row) -> dict[str, Any]:
    """Return the remarks of a row, as an entry has them."""
    said = row.cells.get(NOTES, "").strip()
    return {NOTES: read(ANYTHING, said)} if said else {}
