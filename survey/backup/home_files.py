"""What a home folder holds beside its database: packed into a part, and unpacked from it."""

import io
import tarfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from survey.backup.container import is_backup
from survey.ledger.heads_file import HEADS_FILE
from survey.site.locks import LOCK_FILE

ASIDE = "before-"  # what a restore moved aside
STAGING = ".restoring-"
KEYS = "keys"

_MARK = ".destroyed"
_MODE = 0o600


def files_of(home: Path, *, leave: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    """Give the files of a home by their names in it: no database, key, lock, log or backup.

    Marks of destroyed keys are among them: nobody may make such a key again.
    """
    left = {path.resolve() for path in leave}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home)
        if not path.is_file() or path.is_symlink() or _is_database(path, left):
            continue
        hidden = any(part.startswith(".") for part in name.parts)
        if hidden or is_ours_for_a_while(name.parts[0]) or ".log" in path.suffixes:
            continue
        if name.parts[0] == KEYS and path.suffix != _MARK:
            continue
        if name.as_posix() != HEADS_FILE and not is_backup(path):
            yield name.as_posix(), path


def is_ours_for_a_while(name: str) -> bool:
    """Say whether something in a home is none of its content: its lock, what a restore left."""
    return name == LOCK_FILE or name.startswith((ASIDE, STAGING))


def keys_of(home: Path) -> Iterator[tuple[str, Path]]:
    """Give the keys of a home."""
    for path in sorted((home / KEYS).glob("[!.]*")):
        if path.is_file() and path.suffix != _MARK:
            yield f"{KEYS}/{path.name}", path


def destroyed_in(home: Path) -> list[str]:
    """Return the marks of keys that were destroyed, by their names in the folder of keys."""
    return sorted(path.name for path in (home / KEYS).glob(f"*{_MARK}"))


def key_of(mark: str) -> str:
    """Return the file of the key that a mark stands for."""
    return mark.removesuffix(_MARK) + ".key"


def pack(named: Iterable[tuple[str, bytes]], out: IO[bytes]) -> int:
    """Write files as a tar; returns how many."""
    n = 0
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as packed:
        for name, content in named:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), _MODE
            packed.addfile(entry, io.BytesIO(content))
            n += 1
    return n


def unpack(packed: IO[bytes], folder: Path, *, leave: Callable[[str], bool]) -> list[str]:
    """Write the files of a tar into a folder, readable by their owner alone; returns their names.

    Raises ValueError for a name that would lead elsewhere.
    """
    names = []
    stream: Any = packed
    with tarfile.open(fileobj=stream, mode="r|") as found:
        for entry in found:
            content = found.extractfile(entry)
            place = PurePosixPath(entry.name)
            if content is None or place.is_absolute() or ".." in place.parts:
                raise ValueError(entry.name)
            if leave(entry.name):
                continue
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=_MODE)
            path.write_bytes(content.read())
            names.append(entry.name)
    return names


def _is_database(path: Path, databases: set[Path]) -> bool:
    return any(
        path.resolve() == file.with_name(file.name + ending)
        for file in databases
        for ending in ("", "-wal", "-shm", "-journal")
    )
