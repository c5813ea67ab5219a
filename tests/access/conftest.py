"""The office at a time that tests can move."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask

from survey.access import passwords
from survey.app import create_app
from survey.site.installation import Site, upgrade_site
from tests.access.clocks import Clock
from tests.factories import open_anlan
from tests.officials import add_officials

_CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little, where dozens of attempts are made."""
    monkeypatch.setattr(passwords, "_hasher", _CHEAP)
    monkeypatch.setattr(passwords, "_nobodys", _CHEAP.hash("nobody has this password"))


@pytest.fixture(scope="session")
def staffed_home(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """A home folder with 安澜县 in the middle of fieldwork and its officials: made once."""
    home = tmp_path_factory.mktemp("staffed")
    shutil.copy(migrated_file, home / "survey.db")
    site = upgrade_site({"SURVEY_HOME": str(home)})
    _staff(site)
    with site.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    site.database.close()
    return home


@pytest.fixture
def staffed(tmp_path: Path, staffed_home: Path) -> Iterator[Site]:
    """An installation on SQLite with officials."""
    home = tmp_path / "home"
    shutil.copytree(staffed_home, home)
    site = upgrade_site({"SURVEY_HOME": str(home)})
    yield site
    site.database.close()


@pytest.fixture
def office_app(staffed: Site, clock: Clock) -> Flask:
    """The office of that installation."""
    return create_app(replace(staffed, clock=clock))


@pytest.fixture
def each_office_app(each_site: Site, clock: Clock) -> Flask:
    """The same on SQLite and then on PostgreSQL."""
    _staff(each_site)
    return create_app(replace(each_site, clock=clock))


def _staff(site: Site) -> None:
    open_anlan(site)
    add_officials(site)
