"""What the page of a sheet shows: its cells as fields, what each means, and the sums."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from survey.drafting.version import Version
from survey.scheme.kinds import Leaf
from survey.scheme.settings import Kind
from survey.scheme.workbook.paths import understood
from survey.scheme.workbook.sheets import (
    KINDS,
    SHEETS,
    Form,
    Rows,
    Sheet,
    columns_of,
    name_in,
)

MOST_ROWS = 2_000
_MORE_ROWS = 3  # empty ones below the others, for what is to be added
_LONG = 40  # characters from which a cell is shown over several lines
_SHOWN = {Form.SETTINGS: 2, Form.WORDS: 3}  # columns of these that somebody fills in
# Cells that must sum to 100, and what tells those that belong together.
_SUMMED = {"权重": ("weight_percent", "class")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One cell as a field of a form: its name there, what it holds, and what it may hold."""

    name: str
    label: str
    value: str
    options: tuple[str, ...] = ()
    fixed: bool = False

    @property
    def is_long(self) -> bool:
        """Whether it takes several lines."""
        return "\n" in self.value or len(self.value) > _LONG


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row: what it is about, its fields, and of a setting its meaning, range and default."""

    key: str
    fields: tuple[Field, ...]
    about: str = ""
    range: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What must be a hundred: of what, and what it is."""

    of: str
    total: Decimal

    @property
    def is_whole(self) -> bool:
        """Whether it is a hundred."""
        return self.total == 100


def slug_of(sheet: Sheet) -> str:
    """Return a sheet's name in addresses."""
    return sheet.en.lower().replace(" ", "-")


BY_SLUG = {slug_of(sheet): sheet for sheet in SHEETS}


def shown_rows(
    version: Version,
    rows: Rows,
    lang: str,
    may_change: Callable[[Sheet, str, str], bool] = lambda _sheet, _key, _heading: True,
) -> list[ShownRow]:
    """Return the rows of a version, or of what somebody has written over it, as fields.

    Those that may not change are fixed.
    """
    sheet, heading = version.sheet, version.rows[0]
    more = [[""] * len(heading)] * _MORE_ROWS
    n_shown = _SHOWN.get(sheet.form, len(heading))
    options = _options_by_column(sheet)
    out = []
    for number, row in enumerate([*rows[1:], *more]):
        kept = row[:n_shown]
        out.append(
            ShownRow(
                key=row[0],
                fields=tuple(
                    Field(
                        name=f"c-{number}-{place}",
                        label=f"{row[0]} {_label(heading[place], lang)}",
                        value=cell,
                        options=_with(cell, _options(sheet, row[0], heading[place], options)),
                        fixed=not may_change(sheet, row[0], heading[place]),
                    )
                    for place, cell in enumerate(kept)
                ),
                **_told(sheet, row, lang),
            )
        )
    return out


def headings(version: Version, lang: str) -> list[str]:
    """Return the headings of the columns that are filled in."""
    heading = version.rows[0]
    return [_label(cell, lang) for cell in heading[: _SHOWN.get(version.sheet.form, len(heading))]]


def rows_given(version: Version, form: Mapping[str, str]) -> Rows:
    """Return the rows that a form says; raises ValueError where it is none of ours."""
    heading = version.rows[0]
    n_shown = _SHOWN.get(version.sheet.form, len(heading))
    n_rows = min(int(form.get("rows", "")), MOST_ROWS)
    rows = [
        [form.get(f"c-{row}-{place}", "").replace("\r\n", "\n") for place in range(n_shown)]
        for row in range(n_rows)
    ]
    told = {row[0]: row[n_shown:] for row in version.rows[1:]}
    blank = [""] * (len(heading) - n_shown)
    return [
        heading,
        *(
            [*row, *told.get(row[0], blank)] if n_shown < len(heading) else row
            for row in rows
            if any(cell.strip() for cell in row)
        ),
    ]


def sums_of(sheet: Sheet, rows: Rows, item_sets: Mapping[str, list[str]]) -> list[Sum]:
    """Return what must sum to 100 in a sheet, with what it sums to."""
    names = [name_in(cell) for cell in rows[0]]
    totals: dict[str, Decimal] = defaultdict(Decimal)
    if sheet.name in _SUMMED:
        what, of = (names.index(name) for name in _SUMMED[sheet.name])
        for row in rows[1:]:
            totals[row[of]] += _number(row[what])
    elif sheet.name == "题目":
        code, weight = names.index("id"), names.index("weight")
        weights = {row[code]: _number(row[weight]) for row in rows[1:]}
        for class_code, items in item_sets.items():
            if not any(item.startswith("<") for item in items):
                totals[class_code] = sum(
                    (weights.get(item, Decimal(0)) for item in items), Decimal()
                )
    return [Sum(of=of, total=total) for of, total in totals.items()]


def _number(cell: str) -> Decimal:
    try:
        return Decimal(cell.strip() or 0)
    except InvalidOperation:
        return Decimal(0)


def _label(heading: str, lang: str) -> str:
    return name_in(heading) if lang == "en" else heading.rpartition(" ")[0] or heading


def _told(sheet: Sheet, row: list[str], lang: str) -> dict[str, str]:
    if sheet.form is Form.SETTINGS and len(row) > 4:
        return {
            "about": _in(row[2], lang),
            "range": _in(row[3], lang),
            "default": row[4].replace("\n", ", "),
        }
    if sheet.form is Form.WORDS and len(row) > 3:
        return {"about": _in(row[3], lang)}
    return {}


def _in(words: str, lang: str) -> str:
    chinese, _line, english = words.partition("\n")
    return english or chinese if lang == "en" else chinese


def _options_by_column(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    if sheet.form is not Form.ENTRIES:
        return {}
    return {column.name: _of(column.what.kind) for column in columns_of(sheet.kind)}


def _options(
    sheet: Sheet, key: str, heading: str, by_column: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    if sheet.form is Form.SETTINGS and name_in(heading) == "value":
        return _of(understood(KINDS[sheet.file], key).kind)
    return by_column.get(name_in(heading), ())


def _of(kind: Kind) -> tuple[str, ...]:
    return kind.options if isinstance(kind, Leaf) else ()


def _with(cell: str, options: tuple[str, ...]) -> tuple[str, ...]:
    """Return the options with the empty one, and with what stands there now."""
    if not options:
        return ()
    return tuple(dict.fromkeys(("", *options, cell)))
