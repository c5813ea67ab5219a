"""Tables as lines, and back: alike on SQLite and PostgreSQL, so that each restores the other's.

A table is a line that names its columns with the kind of each, then a line for each row. Text that
is JSON or a decimal is taken as the text it is, so that it comes back to the byte.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO, Any

import sqlalchemy as sa

from survey.model import Base, Flag, Moment

_MANY = 1_000  # rows held in memory at once
_FEW = 20  # of tables whose rows may be megabytes
_LARGE = {"content", "document", "scheme"}
_KINDS: tuple[tuple[str, type[sa.types.TypeEngine[Any]]], ...] = (
    ("flag", Flag),
    ("moment", Moment),
    ("bytes", sa.LargeBinary),
    ("int", sa.Integer),
)
_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "flag": Flag(),
    "moment": Moment(),
    "bytes": sa.LargeBinary(),
    "int": sa.BigInteger(),
    "text": sa.Text(),
}
_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
}
_READ: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "bytes": base64.b64decode,
}


def tables() -> Sequence[sa.Table]:
    """Return all tables, those that others refer to first."""
    return Base.metadata.sorted_tables


def write_table(connection: sa.Connection, table: sa.Table, out: Callable[[bytes], object]) -> int:
    """Write a table's rows as lines; returns how many."""
    kinds = [(column.name, _kind(column)) for column in table.columns]
    out(_line([[name, kind] for name, kind in kinds]))
    columns = [
        sa.type_coerce(column, _TYPES[kind]).label(name)
        for column, (name, kind) in zip(table.columns, kinds, strict=True)
    ]
    query = sa.select(*columns).order_by(*table.primary_key)
    found = connection.execute(query.execution_options(yield_per=_chunk(kinds)))
    n = 0
    for row in _parents_first(table, found):
        n += 1
        out(_line(_converted(row, kinds, _WRITTEN)))
    return n


def read_table(connection: sa.Connection, name: str, lines: IO[bytes]) -> int:
    """Insert the rows of a table from lines; returns how many. Columns are those the lines name."""
    kinds = [(column, kind) for column, kind in json.loads(lines.readline())]
    given = sa.Table(name, sa.MetaData(), *(sa.Column(each, _TYPES[kind]) for each, kind in kinds))
    names, n, size = [each for each, _kind in kinds], 0, _chunk(kinds)
    while chunk := list(islice(lines, size)):
        rows = [_converted(json.loads(line), kinds, _READ) for line in chunk]
        connection.execute(sa.insert(given), [dict(zip(names, row, strict=True)) for row in rows])
        n += len(rows)
    return n


def go_on_counting(connection: sa.Connection, name: str) -> None:
    """Let the next row of a table have the next number, where a sequence counts them."""
    column = Base.metadata.tables[name].columns.get("id") if name in Base.metadata.tables else None
    if connection.dialect.name == "sqlite" or column is None:
        return
    sequence = sa.func.pg_get_serial_sequence(name, "id")
    newest = sa.select(sa.func.max(column)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, newest)).where(newest.is_not(None)))


def _chunk(kinds: Sequence[tuple[str, str]]) -> int:
    return _FEW if _LARGE & {name for name, _kind in kinds} else _MANY


def _kind(column: sa.Column[Any]) -> str:
    return next((kind for kind, of in _KINDS if isinstance(column.type, of)), "text")


def _converted(
    row: Iterable[Any], kinds: Sequence[tuple[str, str]], by: dict[str, Callable[[Any], Any]]
) -> list[Any]:
    return [
        value if value is None or kind not in by else by[kind](value)
        for value, (_name, kind) in zip(row, kinds, strict=True)
    ]


def _line(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parents_first(table: sa.Table, found: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """Give rows so that one that another row of its table refers to comes before it."""
    refers = [
        place
        for place, column in enumerate(table.columns)
        if any(key.column.table is table for key in column.foreign_keys)
    ]
    if not refers:
        yield from found
        return
    key = list(table.columns).index(next(iter(table.primary_key)))
    waiting, given = [tuple(row) for row in found], {None}
    while waiting:
        ready = [row for row in waiting if all(row[place] in given for place in refers)]
        yield from ready or waiting
        given |= {row[key] for row in ready}
        waiting = [row for row in waiting if row[key] not in given] if ready else []
