"""One installation: its settings, database, keys and clock, handed to whoever works in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey.clock import Clock, now
from survey.site import schema
from survey.site.config import Settings, read_settings
from survey.site.database import Database
from survey.site.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What a web request or a command needs of the installation."""

    settings: Settings
    database: Database
    keys: Keys
    clock: Clock = now

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_error: object) -> None:
        self.database.close()


def prepare_site(environment: Mapping[str, str]) -> Site:
    """Open an installation after making its folder, keys and database where there are none.

    Raises Refused where its schema is not this program's: only `upgrade_site` changes tables that
    hold answers.
    """
    return _made(environment, schema.prepare)


def upgrade_site(environment: Mapping[str, str]) -> Site:
    """Open an installation after making or upgrading its folder, keys and database."""
    return _made(environment, schema.upgrade)


def open_site(environment: Mapping[str, str]) -> Site:
    """Open an installation that exists; raises Refused where its schema is not this program's."""
    settings = read_settings(environment)
    database = _checked(settings, schema.check_current)
    return Site(settings=settings, database=database, keys=Keys(settings.home / "keys"))


def _made(environment: Mapping[str, str], make_tables: Callable[[Database], None]) -> Site:
    settings = read_settings(environment)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = _checked(settings, make_tables, may_be_new=True)
    return Site(settings=settings, database=database, keys=Keys.create(settings.home))


def _checked(
    settings: Settings, look: Callable[[Database], None], *, may_be_new: bool = False
) -> Database:
    database = Database(settings.database_url)
    try:
        if may_be_new:
            database.keep_private()
        database.check()
        look(database)
    except BaseException:
        database.close()
        raise
    return database
