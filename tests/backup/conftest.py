"""Installations that residents have answered, and passphrases that cost little."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from survey.app import create_app
from survey.backup.sealing import Cost
from survey.cli import survey
from survey.site.installation import Site
from tests.factories import CODE, in_fieldwork, open_anlan
from tests.officials import add_officials
from tests.prepared import prepared
from tests.respond.factories import poster_code, receipt_in, thanked
from tests.respond.test_resident_page import send

PASSPHRASE = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    new = Cost.new
    monkeypatch.setattr(
        Cost, "new", lambda: replace(new(), time_cost=1, memory_kib=32, parallelism=1)
    )


@dataclass(frozen=True)
class Lived:
    """An installation, worked on by commands and by residents."""

    site: Site
    poster: str
    passphrase: Path

    @property
    def home(self) -> Path:
        return self.site.settings.home

    def client(self) -> FlaskClient:
        return create_app(replace(self.site, clock=in_fieldwork)).test_client()

    def answered(self, n: int) -> list[str]:
        """Let residents answer; returns their receipts."""
        resident = self.client()
        pages = [send(resident, self.poster) for _ in range(n)]
        assert all(map(thanked, pages))
        return [receipt_in(page) for page in pages]

    def run(self, *words: str, **environment: str) -> Result:
        known = {
            "SURVEY_HOME": str(self.home),
            "SURVEY_DATABASE": self.site.settings.database_url,
        }
        return CliRunner().invoke(survey, words, env={**known, **environment})

    def succeeds(self, *words: str, **environment: str) -> Result:
        done = self.run(*words, **environment)
        assert done.exit_code == 0, (done.output, done.exception)
        return done

    def refuses(self, *words: str, **environment: str) -> str:
        done = self.run(*words, **environment)
        assert done.exit_code == 1, (done.output, done.exception)
        return str(done.exception)

    def backup(self, name: str = "all.backup", *words: str) -> Path:
        path = self.passphrase.with_name(name)
        self.succeeds("backup", str(path), *self.with_passphrase, *words)
        return path

    @property
    def with_passphrase(self) -> tuple[str, str]:
        return "--passphrase-file", str(self.passphrase)


@pytest.fixture
def passphrase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "passphrase"
    file.touch(mode=0o600)
    file.write_text(f"{PASSPHRASE}\n", "utf-8")
    return file


def lived_in(site: Site, passphrase: Path) -> Lived:
    open_anlan(site)
    add_officials(site)
    site.campaign_key(CODE)
    return Lived(site, poster_code(site), passphrase)


@pytest.fixture
def here(site: Site, passphrase: Path) -> Lived:
    """An installation on SQLite with three answers under a signed head."""

    def make() -> str:
        lived = lived_in(site, passphrase)
        lived.answered(3)
        lived.succeeds("ledger", "head", CODE)
        return lived.poster

    return Lived(site, prepared(site, "answered thrice under a head", make), passphrase)


@pytest.fixture
def each(each_site: Site, passphrase: Path) -> Lived:
    """One on SQLite and then on PostgreSQL, not answered yet."""
    return lived_in(each_site, passphrase)


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that is not there yet."""
    folder = tmp_path_factory.mktemp("elsewhere")
    yield folder / "home"
    shutil.rmtree(folder)
