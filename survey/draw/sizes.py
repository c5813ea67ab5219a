"""The plan of a draw: how many people of which unit, group and stratum, and how many in reserve."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from survey.draw.amounts import Amount, amount_of
from survey.draw.fixing import digest_of_rows
from survey.office_files.given import read_table
from survey.office_files.signs import meant_code
from survey.office_files.tables import Table
from survey.problems import Problem, Refused
from survey.scheme.csv_rows import Row, rows_of, told_once

WHERE = ("unit_code", "group_code")
SETTINGS = ("size", "minimum", "spread", "reserve")
_REMARKS = ("notes", "备注")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the plan says of a stratum; with no `strata`, of a unit and group as a whole."""

    row: Row
    unit_code: str
    group_code: str
    strata: tuple[str, ...]
    size: Amount | None
    minimum: int
    spread: Decimal | None
    reserve: Amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """A plan: the columns that people are divided by, its lines, and the digest of all of it."""

    file: str
    names: tuple[str, ...]
    lines: tuple[Line, ...]
    digest: str

    def whole(self, unit_code: str, group_code: str) -> Line | None:
        """Return the line of a unit and group as a whole."""
        return self.of(unit_code, group_code, ())

    def of(self, unit_code: str, group_code: str, strata: tuple[str, ...]) -> Line | None:
        """Return the line of a stratum."""
        where = (unit_code, group_code, strata)
        return next((one for one in self.lines if where == key_of(one)), None)


def key_of(line: Line) -> tuple[str, str, tuple[str, ...]]:
    """Return the unit, the group and the stratum that a line is about."""
    return line.unit_code, line.group_code, line.strata


def read_sizes(path: Path) -> Sizes:
    """Read a plan; every column it has besides its own is one that people are divided by.

    Raises Refused with every cell that cannot be used, by row and field.
    """
    problems: list[Problem] = []
    table = read_table(path)
    names = _names(table)
    rows = rows_of(
        table, columns=(*WHERE, *names, "size"), problems=problems, optional=SETTINGS[1:]
    )
    lines = tuple(_line(row, names) for row in rows)
    _refuse_twice(lines)
    _refuse_both(lines)
    if not rows and not problems:
        problems.append(_empty(table.file))
    if problems:
        raise Refused(told_once(problems))
    cells = [_cells(row, names) for row in rows]
    digest = digest_of_rows([(*WHERE, *names, *SETTINGS), *cells])
    return Sizes(file=table.file, names=names, lines=lines, digest=digest)


def _names(table: Table) -> tuple[str, ...]:
    heading = [meant_code(cell) for cell in (table.rows[0][1] if table.rows else ())]
    return tuple(name for name in heading if name and name not in (*WHERE, *SETTINGS, *_REMARKS))


def _cells(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.cells.get(name, "").strip() for name in (*WHERE, *names, *SETTINGS))


def _line(row: Row, names: Sequence[str]) -> Line:
    given = tuple(row.cells[name].strip() for name in names)
    if any(given) and not all(given):
        row.refuse(
            names[given.index("")],
            zh="各分层列须全部填写（指定一层），或全部留空（整个评议对象）",
            en="fill in every column of strata (one stratum), or none (the group as a whole)",
        )
    strata = given if all(given) else ()
    spread = row.number_of("spread") if row.cells.get("spread", "").strip() else None
    if spread == 0:
        row.refuse("spread", zh="须大于 0", en="must be above zero")
    if not strata and spread is not None:
        row.refuse("spread", zh="只能填在指定的一层", en="stands in the line of one stratum alone")
    return Line(
        row=row,
        unit_code=row.text("unit_code"),
        group_code=row.text("group_code"),
        strata=strata,
        size=amount_of(row, "size"),
        minimum=max(1, row.count("minimum")) if row.cells.get("minimum", "").strip() else 1,
        spread=spread,
        reserve=amount_of(row, "reserve") or Amount(value=Decimal(0)),
    )


def _refuse_twice(lines: Sequence[Line]) -> None:
    first: dict[object, int] = {}
    for line in lines:
        number = first.setdefault(key_of(line), line.row.number)
        if number != line.row.number:
            line.row.refuse(
                "group_code",
                zh=f"与第 {number} 行重复：同一单位、评议对象和分层只能写一行",
                en=f"repeats row {number}: a unit, group and stratum has one row",
            )


def _refuse_both(lines: Sequence[Line]) -> None:
    """Refuse a unit and group whose number is said twice, as a whole and by strata, or nowhere."""
    whole = {(one.unit_code, one.group_code) for one in _wholes(lines)}
    for line in lines:
        shared = bool(line.strata) and (line.unit_code, line.group_code) in whole
        if shared and line.size is not None:
            line.row.refuse(
                "size",
                zh="整个评议对象已有一行人数，由它分配到各层；这里请留空，或删去那一行",
                en="the group as a whole has a number, which is shared among the strata; leave"
                " this empty, or remove that row",
            )
        elif not shared and line.size is None and not line.row.cells["size"].strip():
            line.row.refuse("size", zh="请填写人数或比例", en="say how many people, or what part")


def _wholes(lines: Sequence[Line]) -> Iterator[Line]:
    return (one for one in lines if not one.strata)


def _empty(file: str) -> Problem:
    return Problem(
        file=file,
        zh="没有一行；每个单位、评议对象写一行抽多少人",
        en="has no row; write one for each unit and group, saying how many people",
    )
