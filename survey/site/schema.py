"""Migrations, configured in code, and whether a database has the schema of this program.

What runs migrations is loaded where one is run: a server that starts only asks which there are.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from survey.model import Base
from survey.problems import Refused
from survey.site import resources
from survey.site.database import Database
from survey.site.names import Name, difference, names_in, names_of

_VERSION = sa.table("alembic_version", sa.column("version_num", sa.String))


def upgrade(database: Database) -> None:
    """Bring the database to the newest schema, all of it or nothing.

    Does nothing, and waits for nobody, where it is there already. Raises Refused for a database
    of a newer program, and for one whose tables are not those of the revision it claims.
    """
    with database.engine.connect() as connection:
        if _revision(connection) == _head():
            _check_names(connection, _names_now())
            return
    with database.altering() as connection:
        found = _revision(connection)  # again: whoever held the lock may have upgraded it
        if found is not None:
            _check_known(found)
            _check_names(connection, _names_at(found))
        _run(connection, "head")


def prepare(database: Database) -> None:
    """Make the tables of a new database; an existing one must have this program's schema."""
    with database.engine.connect() as connection:
        is_new = _revision(connection) is None
    if is_new:
        upgrade(database)
    else:
        check_current(database)


def revision_now() -> str:
    """Return the schema this program was written for."""
    return _head()


def make_filled(
    connection: sa.Connection, revision: str, fill: Callable[[sa.Connection], None]
) -> None:
    """Make the tables of a revision, fill them, and bring both to the newest schema.

    Raises Refused for the revision of a newer program; `connection` is one that may alter tables.
    """
    _check_known(revision)
    _run(connection, revision)
    fill(connection)
    if revision != _head():
        _run(connection, "head")


def is_in_use(database: Database) -> bool:
    """Say whether a database has tables of this program, of any version."""
    with database.engine.connect() as connection:
        return bool(tables_in(connection))


def tables_in(connection: sa.Connection) -> list[str]:
    """Return the tables of this program that a database has; others' are not ours to move."""
    own = {"alembic_version", *Base.metadata.tables}
    return sorted({each.table for each in names_in(connection)} & own)


def check_known(revision: str) -> None:
    """Raise Refused for a schema that only a newer program knows."""
    _check_known(revision)


def check_current(database: Database) -> None:
    """Raise Refused unless the database has exactly the schema this program was written for."""
    with database.engine.connect() as connection:
        found = _revision(connection)
        if found is None:
            raise Refused.of(
                zh="数据库里还没有本系统的表；请先运行 survey init",
                en="the database has no tables of this program yet; run `survey init` first",
            )
        _check_known(found)
        is_newest = found == _head()
        _check_names(connection, _names_now() if is_newest else _names_at(found))
    if not is_newest:
        raise Refused.of(
            zh=f"数据库结构为旧版 {found}，本程序需要 {_head()}；"
            "请先停止服务并备份，再运行 survey init 升级",
            en=f"the database schema is at the older {found}, this program needs {_head()}; "
            "stop the server, take a backup, then run `survey init` to upgrade",
        )


def _check_known(found: str) -> None:
    if found not in _revisions():
        raise Refused.of(
            zh=f"数据库结构为 {found}，由更新版本的程序建立，本程序只识别到 {_head()}；"
            "请改用新版程序，或恢复升级前的备份",
            en=f"the database schema is at {found}, made by a newer version of this program, "
            f"which knows none after {_head()}; use the newer version, or restore the backup taken "
            "before the upgrade",
        )


def _check_names(connection: sa.Connection, expected: frozenset[Name]) -> None:
    told = difference(names_in(connection), expected)
    if told:
        found = _revision(connection)
        raise Refused.of(
            zh=f"数据库标明的结构版本是 {found}，其中的表却与该版本不符（{told}），"
            "是由正式编号之前的开发版程序建立或被他人改动的，无法升级；"
            "请用建立它的程序版本导出所需内容，再以新的 SURVEY_HOME 或 SURVEY_DATABASE 全新安装",
            en=f"the database says it is at {found}, but its tables are not those of {found} "
            f"({told}): an unfinished version of the program made it, or somebody altered it, and "
            "it cannot be upgraded; export what you need with the version that made it, then "
            "install anew under another SURVEY_HOME or SURVEY_DATABASE",
        )


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(sa.select(_VERSION.c.version_num))


def _head() -> str:
    return _revisions()[-1]


def _revisions() -> tuple[str, ...]:
    return _numbered(resources.folder("migrations"))


@cache
def _numbered(folder: Path) -> tuple[str, ...]:
    """Return the numbers that the files of migrations begin with: each stands on the one before."""
    found = (folder / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(path.name.partition("_")[0] for path in found))


@cache
def _names_now() -> frozenset[Name]:
    return names_of(Base.metadata)


@cache
def _names_at(revision: str) -> frozenset[Name]:
    """Return the names of a revision, from a database made up to it in memory."""
    scratch = Database("sqlite://")
    with scratch.altering() as connection:
        _run(connection, revision)
        names = names_in(connection)
    scratch.close()
    return frozenset(each for each in names if each.table != "alembic_version")


def _run(connection: sa.Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option(
        "script_location", str(resources.folder("migrations")).replace("%", "%%")
    )
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
