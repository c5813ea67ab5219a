"""Databases of earlier revisions with rows in every table, on SQLite and then on PostgreSQL."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from survey.site import schema
from survey.site.database import Database
from tests.installations import _create, _execute, _named
from tests.migrations.keeping import KeptDatabase

MakeKept = Callable[[str], KeptDatabase]


def filled(url: str, revision: str) -> None:
    """Load the rows that are kept of a revision into its tables; on SQLite make these before."""
    database = Database(url)
    with database.altering() as connection:
        if database.is_sqlite:
            schema._run(connection, revision)
        KeptDatabase.read(revision).load(connection)
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


@pytest.fixture(scope="session")
def kept_files(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the SQLite file of a revision, made when first asked for."""
    folder = tmp_path_factory.mktemp("kept")

    def file_of(revision: str) -> Path:
        path = folder / f"{revision}.db"
        if not path.exists():
            filled(f"sqlite:///{path}", revision)
        return path

    return file_of


@pytest.fixture(scope="session")
def kept_templates() -> Callable[[str, str], str]:
    """Return the name of the PostgreSQL database of a revision, made when first asked for."""
    made: set[str] = set()

    def empty(server: str, revision: str) -> str:
        """Make the tables of a revision from those of the one before it that are there."""
        name = f"empty_{revision}"
        earlier = [each for each in made if "empty_" <= each < name]
        _create(server, name, template=max(earlier, default="template1"))
        database = Database(_named(server, name))
        with database.altering() as connection:
            schema._run(connection, revision)
        database.close()
        made.add(name)
        return name

    def template_of(server: str, revision: str) -> str:
        name = f"kept_{revision}"
        if name not in made:
            _create(server, name, template=empty(server, revision))
            filled(_named(server, name), revision)
            made.add(name)
        return name

    return template_of


@pytest.fixture(params=["sqlite", "postgresql"])
def kept_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of the database that `make_kept` will make."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'survey.db'}"
        return
    server, name = request.getfixturevalue("postgresql"), f"test_{uuid4().hex}"
    yield _named(server, name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(kept_url: str) -> Iterator[Database]:
    database = Database(kept_url)
    yield database
    database.close()


@pytest.fixture
def make_kept(
    request: pytest.FixtureRequest,
    kept_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> MakeKept:
    """Make the database kept of a revision the installation that commands work on."""

    def make(revision: str) -> KeptDatabase:
        if kept_url.startswith("sqlite"):
            shutil.copy(request.getfixturevalue("kept_files")(revision), tmp_path / "survey.db")
        else:
            server = request.getfixturevalue("postgresql")
            template = request.getfixturevalue("kept_templates")(server, revision)
            _create(server, kept_url.partition("?")[0].rpartition("/")[2], template=template)
        kept = KeptDatabase.read(revision)
        kept.write_keys(tmp_path / "home")
        monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("SURVEY_DATABASE", kept_url)
        return kept

    return make
