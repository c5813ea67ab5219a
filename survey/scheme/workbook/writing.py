"""A county as the sheets of a workbook."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from survey.office_files.tables import LONGEST_CELL
from survey.office_files.times import moment_in
from survey.office_files.written import WrittenSheet, workbook_of_sheets
from survey.problems import Refused
from survey.scheme.county import CountyFolder, UnitFacts, plain_document
from survey.scheme.folder import (
    GROUP_COLUMNS,
    TOWNSHIP_COLUMNS,
    UNIT_COLUMNS,
    WEIGHT_COLUMNS,
    own_column,
    own_columns,
)
from survey.scheme.kinds import ANYTHING, NOTES, ZONE, Leaf
from survey.scheme.settings import (
    Kind,
    Listed,
    Named,
    Part,
    Setting,
    default_of,
    is_required,
    name_of,
    settings_of,
    whole_texts,
)
from survey.scheme.workbook.about import about_rows
from survey.scheme.workbook.paths import Path, spoken
from survey.scheme.workbook.sheets import (
    ABOUT,
    APART,
    KEY,
    LANGS,
    OF_SETTINGS,
    OF_WORDS,
    QUESTIONNAIRE,
    SCHEME,
    SHEETS,
    TEXTS,
    Column,
    Form,
    Rows,
    Sheet,
    Sheets,
    columns_of,
    headed,
)
from survey.scheme.workbook.values import written

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_WIDTHS = {
    Form.SETTINGS: (34, 44, 44, 30, 16),
    Form.WORDS: (22, 60, 60, 30),
    Form.ENTRIES: (14, 34, 34, 18, 18, 18, 18, 18),
    Form.TABLE: (16, 24, 24, 18, 18, 18, 18, 18, 18),
}
_UNSAID: Any = object()


class _Told(NamedTuple):
    """What is said beside a setting: its meaning, and what it is if left empty."""

    about: str
    default: str = ""

    def inner(self) -> _Told:
        """Return what is said beside the entries of it."""
        return _Told(self.about)


_REMARK = _Told("备注，程序不读\nnot read")


def workbook_of_county(county: CountyFolder) -> bytes:
    """Return a county as a workbook, with a sheet that explains it first.

    Raises Refused where a cell could not hold what it should, so that nothing is cut off.
    """
    filled = sheets_of(county)
    need_room(filled)
    return workbook_of_sheets(
        [
            WrittenSheet(name=ABOUT, rows=about_rows(), widths=(18, 70, 70)),
            *(
                WrittenSheet(name=sheet.name, rows=filled[sheet.name], widths=_WIDTHS[sheet.form])
                for sheet in SHEETS
            ),
        ]
    )


def need_room(filled: Sheets) -> None:
    """Refuse sheets of which a cell could not hold all it should."""
    for name, rows in filled.items():
        for number, row in enumerate(rows, 1):
            if any(len(cell) > LONGEST_CELL for cell in row):
                raise Refused.of(
                    zh=f"工作表“{name}”第 {number} 行（{row[0]}）超过 {LONGEST_CELL:,} 个字符，"
                    "一个单元格放不下；请缩短",
                    en=f"row {number} of the sheet {name!r} ({row[0]}) has more than "
                    f"{LONGEST_CELL:,} characters, which no cell holds; shorten it",
                )


def sheets_of(county: CountyFolder) -> Sheets:
    """Return what each sheet holds, as rows of texts with the heading first."""
    documents = {
        SCHEME: _with_local_moments(plain_document(county.document)),
        QUESTIONNAIRE: county.questionnaire,
        TEXTS: county.texts,
    }
    tables = _tables(county)
    return {
        sheet.name: tables[sheet.file]
        if sheet.form is Form.TABLE
        else _document_rows(sheet, documents[sheet.file])
        for sheet in SHEETS
    }


def _document_rows(sheet: Sheet, document: Mapping[str, Any]) -> Rows:
    if sheet.form is Form.ENTRIES:
        return _entries(sheet.kind, _at(document, sheet.path))
    if sheet.form is Form.WORDS:
        return [[headed(*pair) for pair in OF_WORDS.items()], *_words(sheet.kind, document, ())]
    return [
        [headed(*pair) for pair in OF_SETTINGS.items()],
        *(list(row) for row in _settings(sheet.file, sheet.kind, document, (), _REMARK)),
    ]


def _at(document: Any, path: Path) -> Any:
    for step in path:
        document = document.get(step) if isinstance(document, Mapping) else None
    return document


def _with_local_moments(document: dict[str, Any]) -> dict[str, Any]:
    """Return a scheme whose period is of the campaign's clock, where that says the same."""
    campaign = document["campaign"]
    if not ZONE.holds(campaign["timezone"]):
        return document
    zone = ZoneInfo(campaign["timezone"])
    period = {
        name: _local(value, zone) if name in {"start", "end"} else value
        for name, value in campaign["fieldwork"].items()
    }
    return {**document, "campaign": {**campaign, "fieldwork": period}}


def _local(value: str, zone: ZoneInfo) -> str:
    shown = value[:19].replace("T", " ")
    meant = moment_in(shown, zone)
    return shown if meant and meant.isoformat() == value else value


# Settings


def _settings(
    file: str, kind: Kind, value: Any, path: Path, told: _Told
) -> Iterator[tuple[str, ...]]:
    """Yield a row for every setting there is or may be, in the order the parts have."""
    if (file, path) in APART:
        return
    if isinstance(kind, Part) and (value is _UNSAID or (isinstance(value, Mapping) and value)):
        yield from _part(file, kind, {} if value is _UNSAID else value, path)
    elif isinstance(kind, Named) and isinstance(value, Mapping) and value:
        for name, entry in value.items():
            yield from _settings(file, kind.each, entry, (*path, str(name)), told.inner())
    elif isinstance(kind, Listed) and _is_of_rows(kind.each) and _is_filled(value):
        for place, entry in enumerate(value):
            yield from _settings(file, kind.each, entry, (*path, place), told.inner())
    else:
        said = "" if value is _UNSAID else written(kind, value)
        yield (spoken(path), said, told.about, _range(kind), told.default)


def _is_of_rows(kind: Kind) -> bool:
    """Say whether entries take rows of their own; options are lines of one cell."""
    return isinstance(kind, Part) and set(settings_of(kind.of)) != {*LANGS, "value"}


def _is_filled(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _part(file: str, kind: Part, value: Mapping[str, Any], path: Path) -> Iterator[tuple[str, ...]]:
    stated = whole_texts(value)
    for attribute, what in settings_of(kind.of).items():
        told = _Told(_about(what), _default(kind.of, attribute, what))
        if what.prefix:
            names = [name for name in stated if name.startswith(what.name)]
        else:
            names = [name for name in (name_of(attribute, what), *what.also) if name in stated]
        if not names and what.read and not what.prefix:
            names = [name_of(attribute, what)]
        for name in names:
            given = stated.pop(name, _UNSAID)
            yield from _settings(file, what.kind, given, (*path, name), told)
    for name, given in stated.items():
        yield from _settings(file, ANYTHING, given, (*path, name), _REMARK)


def _about(what: Setting) -> str:
    return f"{_unlinked(what.zh)}\n{_unlinked(what.en)}"


def _unlinked(words: str) -> str:
    for left in ("`", "（加引号）", ", in quotes"):
        words = words.replace(left, "")
    return _LINK.sub(r"\1", words)


def _range(kind: Kind) -> str:
    before = "每行一项 one a line: " if isinstance(kind, Listed) else ""
    while isinstance(kind, Listed | Named):
        kind = kind.each
    if not isinstance(kind, Leaf):
        return before
    same = kind.range_zh == kind.range_en
    return before + _unlinked(kind.range_zh if same else f"{kind.range_zh}\n{kind.range_en}")


def _default(of: type, attribute: str, what: Setting) -> str:
    if not what.read or isinstance(what.kind, Part):
        return ""
    if is_required(of, attribute):
        return "必填 required"
    value = default_of(of, attribute)
    if value in (None, (), "", {}) or dataclasses.is_dataclass(value):
        return ""
    return written(what.kind, list(value) if isinstance(value, tuple) else value)


# Entries


def _entries(kind: Kind, value: Any) -> Rows:
    columns = columns_of(kind)
    named = isinstance(kind, Named)
    pairs: Iterable[tuple[str, Any]]
    if named:
        pairs = value.items() if isinstance(value, Mapping) else ()
    else:
        pairs = (("", entry) for entry in value or ())
    entries = [(key, whole_texts(entry)) for key, entry in pairs]
    if any(NOTES in entry for _key, entry in entries):
        notes = Setting(kind=ANYTHING, zh="备注，程序不读", en="not read")
        columns.append(Column(NOTES, (NOTES,), notes, notes.zh))
    said = {
        column
        for _key, entry in entries
        for column in columns
        if _within(entry, column.path) is not _UNSAID
    }
    columns = [one for one in columns if one in said or one.what.kind is not ANYTHING]
    heading = [headed(KEY, "代码")] * named
    heading += [headed(column.name, _unlinked(column.label)) for column in columns]
    rows = [
        [key] * named + [_cell(column, _within(entry, column.path)) for column in columns]
        for key, entry in entries
    ]
    return [heading, *rows]


def _within(entry: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if not isinstance(entry, Mapping) or step not in entry:
            return _UNSAID
        entry = entry[step]
    return entry


def _cell(column: Column, value: Any) -> str:
    return "" if value is _UNSAID else written(column.what.kind, value)


# Texts


def _words(kind: Kind, value: Any, path: Path, about: str = "") -> Iterator[list[str]]:
    """Yield a row for every text there is or may be, its languages beside each other."""
    if isinstance(kind, Part) and set(settings_of(kind.of)) == set(LANGS):
        stated = value if isinstance(value, Mapping) else {}
        cells = [
            written(settings_of(kind.of)[lang].kind, stated[lang]) if lang in stated else ""
            for lang in LANGS
        ]
        yield [spoken(path), *cells, about]
    elif isinstance(kind, Part):
        stated = dict(value)
        for attribute, each in settings_of(kind.of).items():
            given = stated.pop(name_of(attribute, each), _UNSAID)
            yield from _words(each.kind, given, (*path, name_of(attribute, each)), _about(each))
        for name, given in stated.items():
            yield [spoken((*path, name)), written(ANYTHING, given), "", _REMARK.about]
    elif isinstance(kind, Named) and isinstance(value, Mapping):
        for name, entry in value.items():
            yield from _words(kind.each, entry, (*path, str(name)), about)


# Tables


def _tables(county: CountyFolder) -> Sheets:
    own = own_columns(county.questionnaire)
    groups = [
        [group.group_code, group.name_zh, str(group.min_valid), group.name_en]
        for group in county.groups
    ]
    weights = [
        [
            *(entry.class_code, entry.group_code),
            *(f"{entry.coefficient.normalize():f}", str(entry.target_valid)),
        ]
        for entry in county.class_groups
    ]
    townships = [
        [
            *(place.township_code, place.name_zh, place.type_zh),
            *(str(place.resident_population), str(place.n_villages), place.name_en),
        ]
        for place in county.townships
    ]
    area = county.scheme.county.area_code
    people = [
        [
            "county" if margin.area_code == area else "township",
            *(margin.area_code, margin.variable, margin.category, str(margin.total)),
        ]
        for margin in county.margins
    ]
    return {
        "units.csv": _table(
            (*UNIT_COLUMNS, "name_en", *own), [_unit(unit, county, own) for unit in county.units]
        ),
        "respondent_groups.csv": _table((*GROUP_COLUMNS, "name_en"), groups),
        "class_group_weights.csv": _table(WEIGHT_COLUMNS, weights),
        "townships.csv": _table((*TOWNSHIP_COLUMNS, "name_en"), townships),
        "population_margins_18plus.csv": _table(
            ("area_level", "area_code", "dimension", "level", "population_18plus"), people
        ),
    }


def _table(columns: tuple[str, ...], rows: Rows) -> Rows:
    return [[headed(name) for name in columns], *rows]


def _unit(unit: UnitFacts, county: CountyFolder, own: tuple[str, ...]) -> list[str]:
    entries = county.questionnaire["item_sets"].get(unit.class_code, ())
    asked = {
        own_column(entry): item_id
        for entry, item_id in zip(entries, unit.item_ids, strict=False)
        if own_column(entry)
    }
    return [
        *(unit.unit_code, unit.uscc, unit.name_zh, unit.short_zh, unit.class_code),
        *(unit.area_code, str(int(unit.is_vertical)), unit.name_en),
        *(asked.get(column, "") for column in own),
    ]
