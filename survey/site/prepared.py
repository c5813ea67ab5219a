"""Statements that run for every answer: written once by SQLAlchemy, run by the driver itself.

Through the library running one costs several times what the database takes for it. One statement
takes many rows of values: on SQLite each gives up the interpreter's lock and has to get it back,
on PostgreSQL each is a way there and back.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from survey.site.database import adding_counts, inserting_each_new

_MOST_ROWS = 32

Binds = Mapping[str, sa.BindParameter[Any]]
Build = Callable[[str, Sequence[Binds]], sa.ClauseElement]
Row = Mapping[str, Any]


class Prepared:
    """A statement over rows of values for these columns.

    `build` writes it for a dialect's name and the places of so many rows.
    """

    def __init__(self, build: Build, columns: Sequence[Any]) -> None:
        self._build = build
        self._columns = {column.name: column.type for column in columns}
        self._made: dict[tuple[str, int], tuple[str, Callable[..., Any]]] = {}

    def run(self, connection: sa.Connection, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        """Run it in the connection's transaction; gives what it returns, as the driver has it.

        Raises what SQLAlchemy would.
        """
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(rows), _MOST_ROWS):
            found += self._run(connection, rows[start : start + _MOST_ROWS])
        return found

    def _run(self, connection: sa.Connection, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        dialect = connection.dialect
        made = self._made.get((dialect.name, len(rows)))
        if made is None:
            made = self._made[dialect.name, len(rows)] = self._make(dialect, len(rows))
        text, values_of = made
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.cursor()
        try:
            cursor.execute(text, list(chain.from_iterable(map(values_of, rows))))
            return cursor.fetchall() if cursor.description else []
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, driver, cursor):
                connection.invalidate(error)
            raise sa.exc.DBAPIError.instance(
                text,
                None,
                error,
                dialect.loaded_dbapi.Error,
                hide_parameters=True,
                dialect=dialect,
            ) from error
        finally:
            cursor.close()

    def _make(self, dialect: sa.Dialect, n: int) -> tuple[str, Callable[..., Any]]:
        """Return the text for so many rows, and what takes a row's values in their order."""
        of_places: Any = type(dialect)  # the driver's own way of naming values is by name
        by_place = of_places(paramstyle="qmark" if dialect.name == "sqlite" else "format")
        binds = [
            {name: sa.bindparam(f"{name}.{k}", type_=kind) for name, kind in self._columns.items()}
            for k in range(n)
        ]
        compiled: Any = self._build(dialect.name, binds).compile(dialect=by_place)
        places = [name.rpartition(".") for name in compiled.positiontup or ()]
        names = [name for name, _dot, k in places if k == "0"]
        if [(name, int(k)) for name, _dot, k in places] != [
            (name, k) for k in range(n) for name in names
        ]:
            raise ValueError("values are not asked for row by row")
        return str(compiled), _taking(names, [self._processor(dialect, name) for name in names])

    def _processor(self, dialect: sa.Dialect, name: str) -> Any:
        return self._columns[name].dialect_impl(dialect).bind_processor(dialect)


def _taking(names: Sequence[str], processors: Sequence[Any]) -> Callable[[Row], Sequence[Any]]:
    if len(names) == 1 or any(processors):
        pairs = list(zip(names, processors, strict=True))
        return lambda row: [made(row[name]) if made else row[name] for name, made in pairs]
    return itemgetter(*names)


def inserted(table: sa.Table, columns: Sequence[Any]) -> Prepared:
    """Return what inserts rows of these columns."""
    return Prepared(lambda _dialect, rows: sa.insert(table).values(list(rows)), columns)


def inserted_if_new(table: sa.Table) -> Prepared:
    """Return what inserts the keys that are not there yet, and gives them."""

    def build(dialect: str, rows: Sequence[Binds]) -> sa.ClauseElement:
        return inserting_each_new(dialect, table).values(list(rows))

    return Prepared(build, list(table.primary_key))


def counts_added(table: sa.Table) -> Prepared:
    """Return what adds to all counters of each row; no two have the same key."""

    def build(dialect: str, rows: Sequence[Binds]) -> sa.ClauseElement:
        return adding_counts(dialect, table).values(list(rows))

    return Prepared(build, list(table.columns))
