"""Where a restored installation goes: built beside what is there, which is then moved aside.

Nothing is deleted: a home's former content is in a folder of it, a PostgreSQL database's former
tables are in a schema of it. Both have the time in their names.
"""

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from survey.backup.home_files import ASIDE, STAGING, is_ours_for_a_while
from survey.site import schema
from survey.site.config import Settings
from survey.site.database import Database

_BESIDE = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A home and its database, before and while something is restored into them."""

    settings: Settings
    stamp: str
    token: str

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.settings.home

    @property
    def staging(self) -> Path:
        """Where files are gathered until all is there."""
        return self.home / f"{STAGING}{self.token}"

    @property
    def aside(self) -> Path:
        """Where what was in the home goes."""
        return self.home / f"{ASIDE}{self.stamp}"

    @property
    def schema_aside(self) -> str:
        """The schema of PostgreSQL that former tables go to."""
        return self.aside.name.replace("-", "_").lower()

    @property
    def file(self) -> Path | None:
        """The file of an embedded database."""
        url = sa.make_url(self.settings.database_url)
        return Path(url.database or "").resolve() if url.drivername == "sqlite" else None

    @property
    def content(self) -> list[Path]:
        """What the home holds now."""
        return sorted(each for each in self.home.iterdir() if not is_ours_for_a_while(each.name))

    def occupied(self) -> str:
        """Say what holds something already; empty where nothing does."""
        if self.content:
            return str(self.home)
        if self.file is not None:
            return str(self.file) if self.file.exists() else ""
        with _opened(self.settings.database_url) as database:
            return "SURVEY_DATABASE" if schema.is_in_use(database) else ""


def place_in(settings: Settings, at: datetime) -> Place:
    """Return the place that settings name."""
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return Place(settings=settings, stamp=stamp, token=secrets.token_hex(4))


@contextmanager
def built(place: Place, revision: str, fill: Callable[[sa.Connection], None]) -> Iterator[Database]:
    """Build the database of a place from rows of a revision; what is yielded may be written to.

    An embedded one gets its name when the block ends well, and what was in the home goes aside.
    """
    draft = place.file.with_name(f"{STAGING}{place.token}.db") if place.file else None
    place.staging.mkdir(mode=0o700)
    try:
        url = f"sqlite:///{draft}" if draft else place.settings.database_url
        with _opened(url) as database:
            database.keep_private()
            database.check()
            with database.altering() as connection:
                if draft is None:
                    _move_tables_aside(connection, place.schema_aside)
                schema.make_filled(connection, revision, fill)
            yield database
            database.wipe()
        _swap(place, draft)
    finally:
        shutil.rmtree(place.staging, ignore_errors=True)
        for ending in _BESIDE if draft else ():
            Path(f"{draft}{ending}").unlink(missing_ok=True)


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        database.close()


def _move_tables_aside(connection: sa.Connection, name: str) -> None:
    """Move the tables of a PostgreSQL database into a schema, if there are any."""
    quote = connection.dialect.identifier_preparer.quote
    tables = schema.tables_in(connection)
    if tables:
        connection.exec_driver_sql(f"CREATE SCHEMA {quote(name)}")
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {quote(table)} SET SCHEMA {quote(name)}")


def _swap(place: Place, draft: Path | None) -> None:
    former = [each for each in place.content if not (draft and each == draft)]
    if former:
        place.aside.mkdir(mode=0o700)
        for each in former:
            each.rename(place.aside / each.name)
    if draft and place.file:
        for ending in _BESIDE:  # where the database is kept outside its home
            file = Path(f"{place.file}{ending}")
            if file.exists():
                file.rename(f"{place.file}.{ASIDE}{place.stamp}{ending}")
        draft.replace(place.file)
    for each in place.staging.iterdir():
        each.rename(place.home / each.name)
