"""What every test would pay for again, made once in a process or at a small price.

Compiled templates, addresses and statements are shared, passwords hashed cheaply; what migrations
make of an empty database is made by them once and written down. What is shared hangs on nothing but
the code; what a password must cost is tested by itself.
"""

import gc
from collections.abc import Callable
from functools import cache

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from argon2 import PasswordHasher
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from survey.access import passwords
from survey.jobs import waiting
from survey.site import database, schema
from survey.web import alterations
from tests.reckoned import reckon_once

FULL_PRICE = passwords._hasher
_SCRIPTS = cache(ScriptDirectory)
_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def quicken() -> None:
    """Let every application and database made from now on share what was compiled."""
    gc.set_threshold(100_000, 50, 100)  # else a tenth of the time goes into looking for garbage
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Kept()}
    Rule.compile = _once_for_each_address(Rule.compile)  # type: ignore[method-assign]
    database._sqlite = _with_shared_statements(database._sqlite)
    schema._run = _once_for_an_empty_database(schema._run)
    ScriptDirectory.from_config = _once_for_each_folder  # type: ignore[assignment]
    reckon_once()
    # A busy machine is no reason to see another page.
    waiting.PATIENCE_SECONDS = alterations.PATIENCE_SECONDS = 200.0
    passwords._hasher = _CHEAP
    passwords._nobodys = _CHEAP.hash("nobody has this password")


class _Kept(BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


def _once_for_each_address(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    kept: dict[tuple[object, ...], Rule] = {}

    def compiled(rule: Rule) -> None:
        asked = (rule.map.host_matching, rule.host, rule.subdomain) if rule.map else None
        key = (rule.rule, repr(rule.defaults), rule.merge_slashes, asked)
        if key not in kept:
            compile_rule(rule)
            kept[key] = rule
            return
        like = kept[key]
        for name in ("_parts", "_trace", "_converters"):
            setattr(rule, name, getattr(like, name))
        rule.arguments |= like.arguments
        for name in ("_build", "_build_unknown"):
            setattr(rule, name, getattr(like, name).__func__.__get__(rule))

    return compiled


def _with_shared_statements(make: Callable[[str], sa.Engine]) -> Callable[[str], sa.Engine]:
    """Engines keep the SQL they made of statements by their dialect: give all the same."""
    first = make("sqlite://")
    first.connect().close()  # what a dialect knows of its database it learns then

    def made(url: str) -> sa.Engine:
        engine = make(url)
        engine.dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
        return engine

    return made


def _once_for_each_folder(config: Config) -> ScriptDirectory:
    """Read the files of migrations once, not each time."""
    folder = config.get_main_option("script_location")
    assert folder is not None
    return _SCRIPTS(folder)


def _once_for_an_empty_database(
    migrate: Callable[[sa.Connection, str], None],
) -> Callable[[sa.Connection, str], None]:
    kept: dict[str, list[str]] = {}

    def run(connection: sa.Connection, revision: str) -> None:
        if connection.dialect.name != "sqlite" or sa.inspect(connection).get_table_names():
            migrate(connection, revision)
            return
        wanted = schema._head() if revision == "head" else revision
        made = max((each for each in kept if each <= wanted), default="")
        for statement in kept.get(made, []):
            connection.exec_driver_sql(statement)
        if made != wanted:
            migrate(connection, wanted)
            kept[wanted] = _statements(connection)

    return run


def _statements(connection: sa.Connection) -> list[str]:
    """Return what makes a migrated database that has no rows but its version."""
    tables = sa.inspect(connection).get_table_names()
    made = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"
    found = [row.sql for row in connection.exec_driver_sql(made)]
    full = [
        table
        for table in tables
        if connection.exec_driver_sql(f'SELECT EXISTS (SELECT 1 FROM "{table}")').scalar_one()
    ]
    assert full == ["alembic_version"]
    version = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
    return [*found, f"INSERT INTO alembic_version VALUES ('{version}')"]
