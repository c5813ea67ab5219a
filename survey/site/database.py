"""Engines and transactions: SQLite (WAL, full durability) or PostgreSQL.

What the rooms above do is the same on both: they are told apart in this package only.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey.problems import Refused
from survey.site.laid_out import LaidOut
from survey.site.locks import taking_turns

_FIXED_SQLITE = (3, 51, 3)  # earlier ones can corrupt a database when the WAL is reset
_BUSY_MS = 15_000
_STATEMENTS_KEPT = 512  # those of batches are many: one for each number of rows
_JOURNAL_BYTES = 64_000_000  # what is left of a journal that a long read let grow
_DURABLE = ("journal_mode=WAL", "synchronous=FULL")
_UPGRADE_BUSY_MS = 3_600_000  # whoever upgrades a large table is waited for
_TIMED_OUT = {"55P03", "57014"}  # PostgreSQL: lock not available, statement cancelled
_LOG_PLACE = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
    " ELSE pg_current_wal_insert_lsn() END"
)
# A commit is to be on the disk, and on that of the standby where there is one.
_TOO_WEAK = {"fsync": {"off"}, "synchronous_commit": {"off", "local"}}
_UPGRADE_LOCK = 0x676F6E67  # "gong": any number no other program locks in this database


class Database:
    """A database to read from and to write to.

    Writers on SQLite take the lock at BEGIN: a transaction that reads first and writes later
    would fail at once whatever the time-out.
    """

    def __init__(self, url: str) -> None:
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgresql(url)
        self._write_engine = self.engine.execution_options(survey_writes=True)
        self._before_writing: Callable[[], None] | None = None
        self._watching: sa.PoolProxiedConnection | None = None
        self._watch_lock = Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @property
    def is_there(self) -> bool:
        """Whether an embedded database has its file; asking would make an empty one."""
        path = self.engine.url.database
        return not self.is_sqlite or not path or Path(path).exists()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session whose changes are thrown away."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def before_writing(self, look: Callable[[], None]) -> None:
        """Let something look before each transaction that writes; what it raises forbids it."""
        self._before_writing = look

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a session to read as of one moment, that of its first query."""
        engine = self.engine  # SQLite always reads so
        if not self.is_sqlite:
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session for one transaction: committed at the end, or rolled back on any error."""
        if self._before_writing is not None:
            self._before_writing()
        with Session(self._write_engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def writing_laid_out(self, rows: LaidOut) -> Iterator[Session]:
        """Like `writing`, with rows laid out before it that the transaction puts in."""
        if self._before_writing is not None:
            self._before_writing()
        with (
            self._write_engine.connect() as connection,
            rows.beside(connection),
            Session(connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def altering(self) -> Iterator[sa.Connection]:
        """Open a transaction that may alter tables: one at a time, committed whole or not at all.

        SQLite alters a table by making a new one and dropping the old, which references to its
        rows would forbid. So these are off from before the transaction, where alone that can be
        said, and all are checked before the commit.
        """
        with self._write_engine.connect() as connection:
            alone = _alone_on_sqlite if self.is_sqlite else _alone_on_postgresql
            try:
                with alone(connection):
                    yield connection
            except sa.exc.IntegrityError as error:
                raise _broken_rule(error) from error

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """Wait for one's turn among the processes that store many answers: SQLite has no queue."""
        path = self.engine.url.database if self.is_sqlite else None
        with taking_turns(Path(path).parent) if path else nullcontext():
            yield

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

    def wipe(self) -> None:
        """Let nothing of what was deleted lie about in the embedded database's files."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def version(self) -> str:
        """Return what is another as soon as anybody has committed anything.

        On SQLite every commit through SQLite counts, of any process; on PostgreSQL whatever the
        server has written to its log, so that it may change without cause.
        """
        with self._watch_lock:
            if not self.is_sqlite:
                with self.engine.connect() as connection:
                    return str(connection.exec_driver_sql(_LOG_PLACE).scalar_one())
            if self._watching is None:
                # One that never writes: its own commits would not count.
                self._watching = self.engine.raw_connection()
            driver: Any = self._watching.dbapi_connection
            return str(driver.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close all connections."""
        if self._watching is not None:
            self._watching.close()
            self._watching = None
        self.engine.dispose()


def end_read(session: Session) -> None:
    """End the read a session holds, so that SQLite's journal can be reused; objects stay usable.

    For whoever goes on for seconds with what was read; the session begins anew if asked again.
    """
    session.commit()


def plain_rows(
    session: Session, query: sa.Executable, *, at_once: int
) -> Iterator[Sequence[Sequence[Any]]]:
    """Yield rows as the driver has them, so many at once: a third of what SQLAlchemy's cost.

    Values are those that are stored: of yes and no on SQLite 1 and 0.
    """
    result = session.connection().execute(query)
    while rows := result.cursor.fetchmany(at_once):
        yield rows
    result.close()


def insert_new(
    connection: sa.Connection, table: sa.Table, *, giving: sa.Column[Any] | None = None
) -> sa.Executable:
    """Return an INSERT that leaves a row alone whose key or unique value is there already.

    Run by itself it gives a column of the new row where `giving` names one, or nothing.
    """
    return _insert_new(connection.dialect.name, table, giving)


def add_counts(connection: sa.Connection, table: sa.Table) -> sa.Executable:
    """Return an INSERT that adds to all counters of a row whose primary key is there already."""
    return adding_counts(connection.dialect.name, table)


# Kept, because building a statement costs several times what running it does.
@cache
def _insert_new(dialect: str, table: sa.Table, giving: sa.Column[Any] | None) -> sa.Executable:
    added = _insert(dialect, table).on_conflict_do_nothing()
    return added if giving is None else added.returning(giving)


@cache
def inserting_each_new(dialect: str, table: sa.Table) -> sa.Insert:
    """Return an INSERT of rows whose primary key is not there yet, giving the keys of those."""
    return _insert(dialect, table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def adding_counts(dialect: str, table: sa.Table) -> sa.Insert:
    """Return the statement of `add_counts` for a dialect."""
    added = _insert(dialect, table)
    return added.on_conflict_do_update(
        index_elements=list(table.primary_key),
        set_={
            column.name: column + added.excluded[column.name]
            for column in table.columns
            if not column.primary_key
        },
    )


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def _sqlite(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        module=_sqlite_module(),
        connect_args={"timeout": _BUSY_MS / 1000, "cached_statements": _STATEMENTS_KEPT},
        hide_parameters=True,  # what is stored is told in no message
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        # secure_delete: what is deleted is overwritten, not left in the file's free places.
        for pragma in (*_DURABLE, "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute(f"PRAGMA journal_size_limit={_JOURNAL_BYTES}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("survey_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_pre_ping=True, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        if _is_pooled(connection):
            connection.prepare_threshold = None

    return engine


def _is_pooled(connection: Any) -> bool:
    """Tell whether a pooler stands between: the process that answers is not the one it named.

    PgBouncer lends a connection for a transaction only: what one prepared there, the next one,
    of somebody else, would run into.
    """
    was, connection.autocommit = connection.autocommit, True
    answering: int = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    connection.autocommit = was
    named: int = connection.info.backend_pid
    return answering != named


@contextmanager
def _alone_on_sqlite(connection: sa.Connection) -> Iterator[None]:
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    driver.execute(f"PRAGMA busy_timeout={_UPGRADE_BUSY_MS}")
    try:
        with connection.begin():
            yield
            _check_references(connection)
    finally:
        driver.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        driver.execute("PRAGMA foreign_keys=ON")


def _check_references(connection: sa.Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        table, row, parent, _number = broken
        raise Refused.of(
            zh=f"升级未进行：表 {table} 第 {row} 行引用的 {parent} 中的行不存在；数据未改动",
            en=f"not upgraded: row {row} of the table {table} refers to a row that {parent} does "
            "not have; nothing was changed",
        )


def _broken_rule(error: sa.exc.IntegrityError) -> Refused:
    reason = str(error.orig).strip().splitlines()[0]
    return Refused.of(
        zh=f"升级未进行：已存的数据不符合新版的规则（{reason}）；数据未改动",
        en=f"not upgraded: rows that are stored break a rule of the new version ({reason}); "
        "nothing was changed",
    )


@contextmanager
def _alone_on_postgresql(connection: sa.Connection) -> Iterator[None]:
    try:
        with connection.begin():
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
            yield
    except sa.exc.OperationalError as error:
        if getattr(error.orig, "sqlstate", "") not in _TIMED_OUT:
            raise
        raise Refused.of(
            zh="升级未进行：数据库正被其他程序使用，未能及时取得锁或完成；"
            "数据未改动，请停止服务后重试",
            en="not upgraded: other programs use the database, a lock or a step took too long; "
            "nothing was changed, stop the server and try again",
        ) from error


def _sqlite_module() -> Any:
    if sys.platform.startswith("linux"):
        import pysqlite3  # noqa: PLC0415 - only where its wheel exists

        return pysqlite3
    import sqlite3  # noqa: PLC0415

    return sqlite3


def _check_sqlite() -> None:
    version = _sqlite_module().sqlite_version
    if tuple(int(part) for part in version.split(".")) < _FIXED_SQLITE:
        raise Refused.of(
            zh=f"SQLite {version} 存在可能损坏数据的缺陷，"
            "请升级到 3.51.3 及以上，或改用 PostgreSQL",
            en=f"SQLite {version} has a bug that can corrupt data; use 3.51.3 or later, "
            "or PostgreSQL",
        )


def _check_postgresql(connection: sa.Connection) -> None:
    for setting, too_weak in _TOO_WEAK.items():
        value: str = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
        if value in too_weak:
            raise Refused.of(
                field=setting,
                zh=f"PostgreSQL 的此项设置为 {value}，断电或备库接替时会丢失已确认的答卷；改为 on",
                en=f"is {value} in PostgreSQL: a power cut, or a standby that takes over, would "
                "lose acknowledged answers; turn it on",
            )
