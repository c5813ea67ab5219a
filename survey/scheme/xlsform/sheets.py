"""The three sheets of an XLSForm: which are read, and what of them means nothing here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from survey.office_files.signs import meant_code
from survey.office_files.tables import Table
from survey.problems import Problem
from survey.scheme.csv_rows import Row, rows_of
from survey.scheme.kinds import near
from survey.scheme.workbook.sheets import REMARKS
from survey.scheme.xlsform.cells import by_name
from survey.scheme.xlsform.columns import (
    CHOICES,
    NEEDED,
    SETTINGS,
    SUPPORTED,
    SURVEY,
    is_unsupported,
    language_code,
)
from survey.scheme.xlsform.form import Form

SHEETS = (SURVEY, CHOICES, SETTINGS)


def survey_rows(form: Form, tables: Sequence[Table], hidden: Sequence[str]) -> list[Row]:
    """Return the rows of the survey, with the lists of choices kept in the form."""
    named = {meant_code(table.sheet).casefold(): table for table in tables}
    form.problems += _astray(form, named, hidden)
    otherwise = _settings(form, named.get(SETTINGS))
    _choices(form, named.get(CHOICES), otherwise)
    return _read(form, SURVEY, named.get(SURVEY), otherwise)


def _astray(form: Form, named: Mapping[str, Table], hidden: Sequence[str]) -> Iterator[Problem]:
    covered = {meant_code(name).casefold() for name in hidden}
    for name in (SURVEY, CHOICES):
        if name in covered:
            zh, en = "已隐藏，隐藏的工作表不读；请取消隐藏", "is hidden, so not read; show it"
        elif not named.get(name) or not named[name].rows:
            zh, en = "缺少该工作表，请补上", "is missing; put it in"
        else:
            continue
        yield Problem(file=form.file, sheet=name, zh=zh, en=en)
    for name, table in named.items():
        if name not in SHEETS and table.sheet not in REMARKS and table.rows:
            meant = near(name, [sheet for sheet in SHEETS if sheet not in named])
            yield Problem(
                file=form.file,
                sheet=table.sheet,
                zh="不会被读取，请删去" + (f"；是否应名为“{meant}”？" if meant else ""),
                en="would not be read; remove it" + (f"; is it {meant!r}?" if meant else ""),
            )


def _read(form: Form, sheet: str, table: Table | None, otherwise: str = "zh") -> list[Row]:
    """Return the rows of a sheet, cells that mean nothing here refused."""
    if table is None or not table.rows:
        return []
    named = by_name(sheet, table, otherwise)
    unsupported = [name for name in named.rows[0][1] if is_unsupported(name)]
    needed = NEEDED.get(sheet, ())
    rows = rows_of(
        named,
        columns=needed,
        optional=(*(name for name in SUPPORTED[sheet] if name not in needed), *unsupported),
        problems=form.problems,
        verbatim=True,
    )
    for row in rows:
        for name in unsupported:
            if row.cells[name].strip():
                zh = f"不支持“{name}”，填了也不起作用；请清空这一格"
                row.refuse(name, zh=zh, en=f"{name!r} is not supported; clear the cell")
    return rows


def _settings(form: Form, table: Table | None) -> str:
    """Return the language of labels that name none."""
    for row in _read(form, SETTINGS, table)[:1]:
        said = row.cells.get("default_language", "").strip()
        if said and said != "default":
            code = language_code(said)
            if not code:
                zh = f"“{said}”应为中文 (zh) 或 English (en)"
                en = f"{said!r} must be 中文 (zh) or English (en)"
                row.refuse("default_language", zh=zh, en=en)
            return code or "zh"
    return "zh"


def _choices(form: Form, table: Table | None, otherwise: str) -> None:
    for row in _read(form, CHOICES, table, otherwise):
        list_name = meant_code(row.cells["list_name"])
        if not list_name:
            zh, en = "不能为空，请填写", "is empty; fill it in"
            row.refuse("list_name", zh=zh, en=en)
        form.lists.setdefault(list_name, []).append(row)
