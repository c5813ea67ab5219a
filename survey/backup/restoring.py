"""An installation comes back from a backup, whole or not at all."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from survey import audit
from survey.backup import container, home_files, rows, witnesses, words
from survey.backup.making import DATA, FILES, KEYS
from survey.backup.placing import Place, built, place_in
from survey.backup.unpacking import heads_in, unpacking
from survey.backup.witnesses import Loss, Witness
from survey.clock import Clock, now
from survey.ledger.checker import Head
from survey.model import OfficeSession
from survey.problems import Problem, Refused
from survey.receivers.addresses import stop_all
from survey.site import locks, schema
from survey.site.config import Settings
from survey.site.database import Database
from survey.site.telling import counting


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What whoever restores says."""

    passphrase: Callable[[], str]
    move_aside: bool = False
    accept_loss: bool = False
    keys: Path | None = None
    heads: Sequence[Path] = ()
    printed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back, and what did not."""

    manifest: Mapping[str, Any]
    losses: tuple[Loss, ...]
    doubts: tuple[Problem, ...]
    has_keys: bool
    still_destroyed: tuple[str, ...]
    aside: Path | None
    stopped: int  # addresses that nothing is sent to until somebody says so


def restore(
    path: Path, settings: Settings, wanted: Wanted, *, by: str, clock: Clock = now
) -> Restored:
    """Restore a backup into a home and database; returns what should be known of it.

    Raises Refused, having changed nothing, where a server runs there, something is there already,
    the file is damaged, altered or of a newer program, the passphrase is wrong, or the backup is
    older than a head that somebody has and nobody said that this is known.
    """
    known = [witnesses.printed(text) for text in wanted.printed]
    backup = container.read(path, wanted.passphrase)
    schema.check_known(backup.manifest["schema"])
    is_new = not settings.home.exists()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with locks.alone(settings.home, "survey restore"):
            place = place_in(settings, clock())
            return _judged(backup, place, wanted, known, by=by, clock=clock)
    except BaseException:
        if is_new:
            _leave_nothing(settings.home)
        raise


def _judged(
    backup: container.Reading,
    place: Place,
    wanted: Wanted,
    known: list[Witness],
    *,
    by: str,
    clock: Clock,
) -> Restored:
    """Restore where nothing is covered, and nothing is lost that nobody knows of."""
    if place.occupied() and not wanted.move_aside:
        raise words.not_empty(place.occupied())
    doubts: list[Problem] = []
    losses = _losses(backup, place, wanted, known, doubts)
    if losses and not wanted.accept_loss:
        raise _too_old(losses, doubts)
    return _restored(backup, place, wanted, losses, doubts, by=by, clock=clock)


def _losses(
    backup: container.Reading,
    place: Place,
    wanted: Wanted,
    known: list[Witness],
    doubts: list[Problem],
) -> list[Loss]:
    settings, manifest = place.settings, backup.manifest
    folders = (settings.heads_witnessed, settings.heads_drop)
    found, unread = witnesses.in_files(folders, wanted.heads)
    doubts += unread
    heads = [*found, *witnesses.in_home(place.home), *_in_former_database(place, doubts)]
    keys = [*manifest["public_keys"], *settings.former_keys]
    own = witnesses.own_heads(manifest, heads_in(backup))
    return witnesses.losses(manifest, own, [*known, *witnesses.believed(heads, keys, doubts)])


def _in_former_database(place: Place, doubts: list[Problem]) -> list[tuple[str, Head]]:
    """Return the heads of the database that stands there, where it can still be read."""
    if place.file is not None and not place.file.exists():
        return []
    database = Database(place.settings.database_url)
    driver = database.engine.dialect.loaded_dbapi
    try:
        if place.file is None and not schema.is_in_use(database):
            return []
        schema.check_current(database)
        with database.reading() as session:
            return list(witnesses.in_database(session))
    except (Refused, sa.exc.SQLAlchemyError, driver.Error) as error:
        doubts.append(_unread_database(error))
        return []
    finally:
        database.close()


def _restored(
    backup: container.Reading,
    place: Place,
    wanted: Wanted,
    losses: list[Loss],
    doubts: list[Problem],
    *,
    by: str,
    clock: Clock,
) -> Restored:
    manifest = backup.manifest
    former, is_moved = home_files.destroyed_in(place.home), bool(place.content)
    with built(place, manifest["schema"], lambda connection: _fill(connection, backup)) as made:
        with unpacking(backup, FILES) as packed:
            home_files.unpack(packed, place.staging, leave=lambda _name: False)
        gone = {*former, *home_files.destroyed_in(place.staging)}
        has_keys = _bring_keys(backup, place, wanted, {home_files.key_of(mark) for mark in gone})
        for mark in gone:
            (place.staging / home_files.KEYS / mark).touch(mode=0o600)
        at = clock()
        with made.writing() as session:
            # Whoever was signed in when the backup was made signs in anew.
            ended = sa.update(OfficeSession).where(OfficeSession.ended_at.is_(None))
            session.execute(ended.values(ended_at=at))
            stopped = stop_all(session, by=by, at=at)
            audit.record(
                session,
                by=by,
                at=at,
                action="backup.restore",
                subject=manifest["installation"],
                made_at=manifest["made_at"],
                answers=sum(each["answers"] for each in manifest["campaigns"]),
                missing=sum(loss.missing for loss in losses),
                losses=[loss.told() for loss in losses],
            )
    return Restored(
        manifest=manifest,
        losses=tuple(losses),
        doubts=tuple(doubts),
        has_keys=has_keys,
        still_destroyed=tuple(sorted(map(home_files.key_of, former))),
        aside=place.aside if is_moved else None,
        stopped=stopped,
    )


def _fill(connection: sa.Connection, backup: container.Reading) -> None:
    """Insert all rows, and hold their numbers against the manifest."""
    told = backup.manifest["tables"]
    with counting(max(sum(told.values()), 1), "行 rows") as advance:
        for name, expected in told.items():
            with unpacking(backup, DATA + name) as lines:
                n = rows.read_table(connection, name, lines)
            if n != expected:
                raise words.damaged(backup.path, DATA + name)
            rows.go_on_counting(connection, name)
            advance(n)


def _bring_keys(
    backup: container.Reading, place: Place, wanted: Wanted, destroyed: set[str]
) -> bool:
    """Put the keys in place, but for those that were destroyed; says whether there are any."""
    folder = place.staging / home_files.KEYS
    folder.mkdir(exist_ok=True, mode=0o700)

    def is_left(name: str) -> bool:
        return Path(name).name in destroyed

    if wanted.keys is not None:
        found = [each for each in sorted(wanted.keys.glob("[!.]*")) if each.is_file()]
        for file in found:
            if not is_left(file.name):
                (folder / file.name).touch(mode=0o600)
                (folder / file.name).write_bytes(file.read_bytes())
        if not any(folder.iterdir()):
            raise words.no_keys(backup.path)
        return True
    if not backup.has(KEYS):
        return False
    with unpacking(backup, KEYS) as packed:
        home_files.unpack(packed, place.staging, leave=is_left)
    return True


def _leave_nothing(home: Path) -> None:
    """Take away the empty home that was made to be locked."""
    (home / locks.LOCK_FILE).unlink(missing_ok=True)
    if not any(home.iterdir()):
        home.rmdir()


def _too_old(losses: list[Loss], doubts: list[Problem]) -> Refused:
    what_to_do = Problem(
        field="--accept-loss",
        zh="没有恢复任何内容。请找更新的备份；确已没有的，先把这些总校验码交监察人员、"
        "公布缺了什么，再加 --accept-loss 恢复，此事会记入操作记录",
        en="nothing was restored. Look for a newer backup; where there is none, hand these heads "
        "to the auditor, announce what was lost, then restore with --accept-loss, which goes on "
        "record",
    )
    return Refused([*(loss.problem() for loss in losses), *doubts, what_to_do])


def _unread_database(error: BaseException) -> Problem:
    return Problem(
        field="SURVEY_DATABASE",
        zh=f"原有的数据库读不出来，其中的总校验码没有用来比较（{type(error).__name__}）",
        en=f"the database that stands there cannot be read, its heads were not compared "
        f"({type(error).__name__})",
    )
