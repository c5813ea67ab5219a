"""The documents that sheets make together, and where in the sheets each setting stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from survey.office_files.tables import Table
from survey.problems import Problem
from survey.scheme.csv_rows import Row, rows_of
from survey.scheme.kinds import ANYTHING, NOTES
from survey.scheme.settings import Kind, Listed, Named, Part
from survey.scheme.workbook.paths import Path, at, understood
from survey.scheme.workbook.sheets import (
    APART,
    KEY,
    KINDS,
    LANGS,
    OF_SETTINGS,
    OF_WORDS,
    SETTING,
    VALUE,
    Form,
    Sheet,
    columns_of,
)
from survey.scheme.workbook.values import read


class Place(NamedTuple):
    """Where something stands: its sheet, its row and the letters of its column."""

    sheet: str
    row: int | None = None
    column: str = ""


@dataclass(slots=True, kw_only=True)
class Document:
    """One document as its sheets say it, the faults of its cells, and the place of each path."""

    file: str
    content: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    told_by: dict[Path, str] = field(default_factory=dict)  # entries that have a name of their own

    def take(self, sheet: Sheet, table: Table) -> None:
        """Add what a sheet says."""
        if sheet.form is Form.ENTRIES:
            self._take_entries(sheet, table)
        else:
            self._take_settings(sheet, table)

    def finished(self) -> dict[str, Any]:
        """Return the document, what was numbered as lists."""
        found: dict[str, Any] = _listed(self.content)
        return found

    def place(self, at: str) -> Place | None:
        """Return where a field stands, or what it is part of, or what is part of it."""
        spelled = {way: place for path, place in self.places.items() for way in self._ways(path)}
        while at:
            if at in spelled:
                return spelled[at]
            below = (way for way in spelled if way.startswith((f"{at}.", f"{at}[")))
            if first := next(below, None):
                return spelled[first]._replace(column="")
            at = at[: max(at.rfind("."), at.rfind("["), 0)]
        return None

    def _ways(self, path: Path) -> Iterator[str]:
        """Yield how what is said of a document may name a path."""
        for by_name in (False, True):
            way = ""
            for depth, step in enumerate(path, 1):
                name = self.told_by.get(path[:depth], "") if by_name else ""
                if isinstance(step, int) and not name:
                    way += f"[{step}]"
                else:
                    way += f".{name or step}" if way else str(name or step)
            yield way

    def _take_settings(self, sheet: Sheet, table: Table) -> None:
        words = sheet.form is Form.WORDS
        headings = OF_WORDS if words else OF_SETTINGS
        columns = (SETTING, "zh") if words else (SETTING, VALUE)
        rows = rows_of(
            table,
            columns=columns,
            optional=tuple(name for name in headings if name not in columns),
            problems=self.problems,
            key=(SETTING,),
            verbatim=True,
        )
        for row in rows:
            said = row.cells[SETTING].strip()
            if not said:
                row.refuse(SETTING, zh="不能为空，请填写", en="is empty; fill it in")
                continue
            path, kind, known = understood(KINDS[self.file], said)
            if apart := _apart(self.file, path):
                row.refuse(
                    SETTING,
                    zh=f"“{said}”请填在工作表“{apart.name}”中",
                    en=f"{said!r} belongs in the sheet {apart.name!r}",
                )
            elif words and isinstance(kind, Part):
                for lang in LANGS:
                    self._put(row, table, (*path, lang), at(kind, (lang,)), lang)
            elif not known and path not in self.places:
                # Refused with the nearest name there is, whatever stands beside it.
                self.places[path] = Place(table.sheet, row.number, row.letter(SETTING))
                _insert(self.content, path, row.cells[columns[1]] or None)
            else:
                self._put(row, table, path, kind, "zh" if words else VALUE)

    def _take_entries(self, sheet: Sheet, table: Table) -> None:
        kind = sheet.kind
        columns = columns_of(kind)
        named = isinstance(kind, Named)
        rows = rows_of(
            table,
            columns=(KEY,) * named + tuple(one.name for one in columns if one.required),
            optional=(NOTES, *(one.name for one in columns if not one.required)),
            problems=self.problems,
            key=(KEY,) if named else (),
            verbatim=True,
        )
        if table.rows:
            self.places[sheet.path] = Place(sheet.name, table.rows[0][0])
        names = [KEY] * named + [one.name for one in columns]
        filled = [row for row in rows if any(row.cells.get(name, "").strip() for name in names)]
        for number, row in enumerate(filled):
            entry: Path = (*sheet.path, row.text(KEY) if named else number)
            self.places[entry] = Place(sheet.name, row.number)
            _insert(self.content, entry, {})
            if isinstance(kind, Listed) and kind.by:
                self.told_by[entry] = row.cells[kind.by].strip()
            for one in columns:
                if one.name in row.cells:
                    self._put(row, table, (*entry, *one.path), one.what.kind, one.name)
            self._put(row, table, (*entry, NOTES), ANYTHING, NOTES)

    def _put(self, row: Row, table: Table, path: Path, kind: Kind, column: str) -> None:
        self.places[path] = Place(table.sheet, row.number, row.letter(column))
        cell = row.cells.get(column, "")
        if not cell.strip():
            return
        if not _insert(self.content, path, read(kind, cell)):
            row.refuse(
                column,
                zh="与另一行重复，请只保留一处",
                en="says what another row says too; keep one of them",
            )


def _apart(file: str, path: Path) -> Sheet | None:
    """Return the sheet that holds what stands at a path, where it has one of its own."""
    known = (APART.get((file, path[:depth])) for depth in range(1, len(path) + 1))
    return next(filter(None, known), None)


def _insert(content: dict[Any, Any], path: Path, value: Any) -> bool:
    """Put a value where its path leads; say whether there was room for it."""
    for step in path[:-1]:
        content = content.setdefault(step, {})
        if not isinstance(content, dict):
            return False
    if path[-1] in content:
        return False
    content[path[-1]] = value
    return True


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(step, int) for step in value):
        return [_listed(value[step]) for step in sorted(value)]
    return {str(step): _listed(entry) for step, entry in value.items()}
