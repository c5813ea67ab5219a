"""The names in a database: tables, columns, constraints, indexes, as they are and as expected.

One query reads them, so that every command can afford to look. Names are alike on SQLite and
PostgreSQL because migrations name everything.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

_CONSTRAINT = re.compile(r'\bCONSTRAINT "?(\w+)"?')
_SHOWN = 3
_READ_AT_MOST = 64

_SQLITE = """
    SELECT type, name, tbl_name AS "table", coalesce(sql, '') AS sql
    FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'
"""
_SQLITE_COLUMNS = """
    SELECT t.name AS "table", c.name
    FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table'
"""
_POSTGRESQL = """
    WITH own AS (
        SELECT oid, relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    )
    SELECT 'table' AS type, relname::text AS name, relname::text AS "table" FROM own
    UNION ALL
    SELECT 'column', attname::text, relname::text FROM own
    JOIN pg_attribute ON attrelid = own.oid AND attnum > 0 AND NOT attisdropped
    UNION ALL
    SELECT 'constraint', conname::text, relname::text FROM own
    JOIN pg_constraint ON conrelid = own.oid AND contype IN ('c', 'f', 'p', 'u')
    UNION ALL
    SELECT 'index', entry.relname::text, own.relname::text FROM own
    JOIN pg_index ON indrelid = own.oid
    JOIN pg_class AS entry ON entry.oid = indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
"""


_Said = tuple[tuple[str, ...], ...]


class Name(NamedTuple):
    """A table, or a column, constraint or index in one."""

    table: str
    kind: str
    name: str

    def __str__(self) -> str:
        return self.table if self.kind == "table" else f"{self.table}.{self.name}"


# SQLite keeps a schema as the statements that made it: of the same ones come the same names.
_read: dict[_Said, frozenset[Name]] = {}


def names_in(connection: sa.Connection) -> frozenset[Name]:
    """Read the names in a database."""
    if connection.dialect.name != "sqlite":
        rows = connection.exec_driver_sql(_POSTGRESQL)
        return frozenset(Name(row.table, row.type, row.name) for row in rows)
    said = tuple(tuple(row) for row in connection.exec_driver_sql(_SQLITE))
    if said not in _read:
        if len(_read) >= _READ_AT_MOST:
            _read.clear()
        _read[said] = frozenset([*_said_by(said), *_columns(connection)])
    return _read[said]


def _said_by(said: _Said) -> Iterator[Name]:
    for kind, name, table, sql in said:
        yield Name(table, kind, name)
        for constraint in _CONSTRAINT.findall(sql):
            yield Name(table, "constraint", constraint)


def _columns(connection: sa.Connection) -> Iterator[Name]:
    for row in connection.exec_driver_sql(_SQLITE_COLUMNS):
        yield Name(row.table, "column", row.name)


def names_of(metadata: sa.MetaData) -> frozenset[Name]:
    """Return the names that mapped tables must have."""
    found = set()
    for table in metadata.tables.values():
        found.add(Name(table.name, "table", table.name))
        found |= {Name(table.name, "column", column.name) for column in table.columns}
        found |= {Name(table.name, "constraint", str(each.name)) for each in table.constraints}
        found |= {Name(table.name, "index", str(index.name)) for index in table.indexes}
    return frozenset(found)


@lru_cache(maxsize=16)
def difference(found: frozenset[Name], expected: frozenset[Name]) -> str:
    """Tell in names where a database is not as expected; empty where it is.

    Tables and indexes that somebody added are not ours to judge; a column or a constraint more in
    one of our tables is the mark of another version.
    """
    tables = {each.table for each in expected}
    foreign = {
        each
        for each in found - expected
        if each.table in tables and each.kind in {"column", "constraint"}
    }
    missing = expected - found
    lacking = {each.table for each in missing if each.kind == "table"}
    told = [f"-{each}" for each in sorted(missing) if _says_more(each, lacking)]
    told += [f"+{each}" for each in sorted(foreign)]
    return ", ".join(told[:_SHOWN]) + (" …" if len(told) > _SHOWN else "")


def _says_more(missing: Name, lacking: set[str]) -> bool:
    return missing.kind == "table" or missing.table not in lacking
