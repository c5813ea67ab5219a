"""Engines and transactions: SQLite (WAL, full durability) or PostgreSQL, told apart only here."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from survey.problems import Problem, Refused

_FIXED_SQLITE = (3, 51, 3)  # earlier ones can corrupt a database when the WAL is reset
_BUSY_MS = 15_000


class Database:
    """A database to read from and to write to.

    Writers on SQLite take the lock at BEGIN: a transaction that reads first and writes later
    would fail at once whatever the time-out.
    """

    def __init__(self, url: str) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._write_engine = self.engine.execution_options(survey_writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session whose changes are thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session for one transaction: committed at the end, or rolled back on any error."""
        with Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    def keep_private(self) -> None:
        """Make the file of a new embedded database readable by its owner only."""
        path = self.engine.url.database
        if self.is_sqlite and path:
            Path(path).touch(mode=0o600)

    def check(self) -> None:
        """Raise Refused where this database would lose acknowledged answers."""
        if self.is_sqlite:
            _check_sqlite()
        else:
            with self.engine.connect() as connection:
                _check_postgresql(connection)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _sqlite(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url, module=_sqlite_module(), connect_args={"timeout": _BUSY_MS / 1000}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("survey_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str) -> sa.Engine:
    return sa.create_engine(url, pool_pre_ping=True)


def _sqlite_module() -> Any:
    if sys.platform.startswith("linux"):
        import pysqlite3  # noqa: PLC0415 - only where its wheel exists

        return pysqlite3
    import sqlite3  # noqa: PLC0415

    return sqlite3


def _check_sqlite() -> None:
    version = _sqlite_module().sqlite_version
    if tuple(int(part) for part in version.split(".")) < _FIXED_SQLITE:
        raise Refused(
            [
                Problem(
                    zh=f"SQLite {version} 存在可能损坏数据的缺陷，"
                    "请升级到 3.51.3 及以上，或改用 PostgreSQL",
                    en=f"SQLite {version} has a bug that can corrupt data; use 3.51.3 or later, "
                    "or PostgreSQL",
                )
            ]
        )


def _check_postgresql(connection: sa.Connection) -> None:
    for setting in ("fsync", "synchronous_commit"):
        if connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == "off":
            raise Refused(
                [
                    Problem(
                        field=setting,
                        zh="PostgreSQL 的此项设置为 off，断电会丢失已确认的答卷；请改为 on",
                        en="is off in PostgreSQL: a power cut would lose acknowledged answers; "
                        "turn it on",
                    )
                ]
            )
