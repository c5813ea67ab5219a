"""Databases of earlier revisions with rows in every table, on SQLite and then on PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey.site import schema
from survey.site.database import Database
from tests.migrations.keeping import KeptDatabase

MakeKept = Callable[[str], KeptDatabase]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'survey.db'}"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


@pytest.fixture
def database(empty_url: str) -> Iterator[Database]:
    database = Database(empty_url)
    yield database
    database.close()


@pytest.fixture
def make_kept(
    database: Database, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> MakeKept:
    """Make the database kept of a revision the installation that commands work on."""

    def make(revision: str) -> KeptDatabase:
        kept = KeptDatabase.read(revision)
        with database.altering() as connection:
            schema._run(connection, revision)
            kept.load(connection)
        kept.write_keys(tmp_path / "home")
        monkeypatch.setenv("SURVEY_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("SURVEY_DATABASE", empty_url)
        return kept

    return make
