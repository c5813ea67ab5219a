"""States that many tests begin from: reached through the front door once in a run, then copied."""

import fcntl
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from survey.model import AuditEntry
from survey.site.installation import Site

_T = TypeVar("_T")
_States = dict[str, tuple[Any, dict[str, bytes], Any]]
_kept: dict[bytes, _States] = {}
_shared: dict[bytes, Path] = {}


def share_keys(site: Site, folder: Path) -> None:
    """Let installations with the keys of this one be copied: what they hold is sealed by them.

    States are left in the folder, where the other processes of a run find them.
    """
    folder.mkdir(exist_ok=True)
    _shared[site.keys.web()] = folder
    _kept.setdefault(site.keys.web(), {})


def prepared(site: Site, state: str, make: Callable[[], _T]) -> _T:
    """Bring an installation to a state that `make` alone decides; returns what it told.

    Copied only where nothing has been done yet and the database is a file.
    """
    key = site.keys.web()
    if not site.database.is_sqlite or key not in _shared or _is_in_use(site):
        return make()
    states = _kept[key]
    if state in states:
        return _restored(site, states[state])
    name = sha256(state.encode()).hexdigest()[:16]
    with (_shared[key] / f"{name}.lock").open("w") as lock:
        # Released by the system too, should its holder die.
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = _Place(_shared[key] / name)
        if place.is_there:
            states[state] = place.read(site)
            return _restored(site, states[state])
        before = _files(site)
        told = make()
        made = {name: data for name, data in _files(site).items() if before.get(name) != data}
        states[state] = (_copied(site), made, told)
        place.write(*states[state])
    return told


def kept(site: Site) -> Callable[[], None]:
    """Keep an installation as it is; what is returned brings it back to that."""
    state = (_copied(site), _files(site), None)
    return lambda: _restored(site, state)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a state lies for other processes."""

    path: Path

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    def write(self, database: Any, made: dict[str, bytes], told: object) -> None:
        file = type(database)(str(self.path.with_suffix(".db")))
        database.backup(file)
        file.close()
        unfinished = self.path.with_suffix(".new")
        unfinished.write_bytes(pickle.dumps((made, told)))
        unfinished.rename(self.path)

    def read(self, site: Site) -> tuple[Any, dict[str, bytes], Any]:
        made, told = pickle.loads(self.path.read_bytes())
        database = _empty(site)
        file = type(database)(str(self.path.with_suffix(".db")))
        file.backup(database)
        file.close()
        return database, made, told


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


def _empty(site: Site) -> Any:
    with site.database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        return type(driver)(":memory:", check_same_thread=False)


def _copied(site: Site) -> Any:
    kept = _empty(site)
    with site.database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.backup(kept)
    return kept


def _restored(site: Site, state: tuple[Any, dict[str, bytes], _T]) -> _T:
    database, made, told = state
    with site.database.engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        database.backup(driver)
    for name, data in made.items():
        (site.settings.home / name).touch(mode=0o600)
        (site.settings.home / name).write_bytes(data)
    return told
