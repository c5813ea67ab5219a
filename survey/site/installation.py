"""One installation: its settings, database, keys and clock, handed to whoever works in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from survey.clock import Clock, now
from survey.problems import Refused
from survey.site import identity, schema
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

    def campaign_key(self, campaign_code: str) -> bytes:
        """Return the key of a campaign's device and network marks."""
        return identity.campaign_key(self.database, self.keys, campaign_code, at=self.clock())

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_error: object) -> None:
        self.database.close()


_guards: list[Callable[[Site], None]] = []


def guard_writing(guard: Callable[[Site], None]) -> None:
    """Let a rule of a room above look at every installation that is opened, before each writing."""
    _guards.append(guard)


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
    """Open an installation that exists; makes nothing where there is none.

    Raises Refused where there is none, its schema is not this program's, or its keys are not
    those its database was made with.
    """
    return open_again(read_settings(environment))


def open_again(settings: Settings) -> Site:
    """Open an installation as `open_site` does, by settings that another process has read."""
    database = Database(settings.database_url)
    if not database.is_there:
        raise _nothing_there(settings)
    site = Site(settings=settings, database=database, keys=Keys(settings.home / "keys"))
    return _checked(site, schema.check_current, identity.check)


def _made(environment: Mapping[str, str], make_tables: Callable[[Database], None]) -> Site:
    settings = read_settings(environment)
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    database = Database(settings.database_url)
    database.keep_private()
    site = Site(settings=settings, database=database, keys=Keys(settings.home / "keys"))
    return _checked(site, make_tables, partial(identity.settle, at=site.clock()))


def _checked(
    site: Site,
    look: Callable[[Database], None],
    compare: Callable[[Database, Keys, Path], None],
) -> Site:
    try:
        site.database.check()
        look(site.database)
        compare(site.database, site.keys, site.settings.home)
    except BaseException:
        site.database.close()
        raise
    for guard in _guards:
        site.database.before_writing(partial(guard, site))
    return site


def _nothing_there(settings: Settings) -> Refused:
    return Refused.of(
        field="SURVEY_HOME",
        zh=f"{settings.home} 里没有已建立的系统，什么也没有做；"
        "请核对 SURVEY_HOME 和当前所在的文件夹，要在这里新建的请先运行 survey init",
        en=f"there is no installation in {settings.home}, so nothing was done; check SURVEY_HOME "
        "and the folder you are in, or run `survey init` first to make one here",
    )
