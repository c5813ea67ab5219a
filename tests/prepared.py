"""States that many tests begin from: reached through the front door once, copied from then on."""

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa

from survey.model import AuditEntry
from survey.site.installation import Site

_T = TypeVar("_T")
_kept: dict[tuple[str, bytes], tuple[Any, dict[str, bytes], Any]] = {}
_keys_shared: set[bytes] = set()


def share_keys(site: Site) -> None:
    """Let installations with the keys of this one be copied: what they hold is sealed by them."""
    _keys_shared.add(site.keys.web())


def prepared(site: Site, state: str, make: Callable[[], _T]) -> _T:
    """Bring an installation to a state that `make` alone decides; returns what it told.

    Copied only where nothing has been done yet and the database is a file.
    """
    key = (state, site.keys.web())
    if not site.database.is_sqlite or key[1] not in _keys_shared or _is_in_use(site):
        return make()
    if key not in _kept:
        before = _files(site)
        told = make()
        made = {name: data for name, data in _files(site).items() if before.get(name) != data}
        _kept[key] = (_copied(site), made, told)
    else:
        database, made, told = _kept[key]
        _restore(site, database)
        for name, data in made.items():
            (site.settings.home / name).touch(mode=0o600)
            (site.settings.home / name).write_bytes(data)
    return told


def _is_in_use(site: Site) -> bool:
    """Every deed leaves an entry."""
    with site.database.reading() as session:
        return session.scalar(sa.select(sa.exists().where(AuditEntry.id > 0))) is True


def _files(site: Site) -> dict[str, bytes]:
    """Return what the installation keeps beside its database: keys, the file of heads."""
    home = site.settings.home
    beside = [path for path in (*home.iterdir(), *home.glob("keys/*")) if path.is_file()]
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for path in beside
        if "survey.db" not in path.name
    }


def _copied(site: Site) -> Any:
    with site.database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        kept = type(driver)(":memory:", check_same_thread=False)
        driver.backup(kept)
    return kept


def _restore(site: Site, kept: Any) -> None:
    with site.database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        kept.backup(driver)
