"""The file: a ZIP of sealed parts, what it is in plain words, and a manifest of all of it.

Whatever opens ZIP files shows what this is and when it was made; content takes the passphrase.
"""

import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from survey.backup import words
from survey.backup.sealing import Cost, SealedOut, Sealer, Unsound
from survey.ledger.heads_file import sync_folder

KIND = "gongping-backup"
FORMAT = 1
README = "README.txt"
MANIFEST = "manifest.json"
MARK = "manifest.mac"

_LARGEST_MANIFEST = 16_000_000
_PIECE = 1 << 20
_BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError),
    *(EOFError, ValueError, KeyError, TypeError, AttributeError),
)
_START = b"PK\x03\x04"
_NAME_AT = 30  # where the first name of a ZIP file stands


def is_backup(path: Path) -> bool:
    """Say whether a file begins as backups do."""
    with path.open("rb") as file:
        begin = file.read(_NAME_AT + len(README))
    return begin.startswith(_START) and begin[_NAME_AT:] == README.encode()


class Counted:
    """What goes into a part, measured on the way."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._digest, self.size = out, sha256(), 0

    def write(self, content: bytes) -> int:
        """Pass content on."""
        self._digest.update(content)
        self.size += len(content)
        return self._out.write(content)

    @property
    def digest(self) -> str:
        """What stands in the manifest."""
        return self._digest.hexdigest()


@dataclass(slots=True)
class Writing:
    """A backup that is being written."""

    archive: zipfile.ZipFile
    sealer: Sealer
    cost: Cost
    parts: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def part(self, name: str) -> Iterator[SealedOut]:
        """Open a sealed part to write to."""
        with self.archive.open(name, "w", force_zip64=True) as out:
            counted: Any = Counted(out)
            sealed = self.sealer.sealing(name, counted)
            yield sealed
            sealed.finish()
        self.parts.append({"name": name, "bytes": counted.size, "sha256": counted.digest})

    def open_words(self, text: str) -> None:
        """Write what everybody may read, as the first thing in the file."""
        content = text.encode()
        self.archive.writestr(README, content)
        digest = sha256(content).hexdigest()
        self.parts.append({"name": README, "bytes": len(content), "sha256": digest})

    def close(self, told: Mapping[str, Any]) -> None:
        """Write the manifest, and the mark that only the passphrase can make."""
        manifest = {
            "kind": KIND,
            "format": FORMAT,
            **told,
            "key_derivation": self.cost.told(),
            "parts": self.parts,
        }
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        self.archive.writestr(MANIFEST, content)
        self.archive.writestr(MARK, self.sealer.mark(content))


@contextmanager
def writing(path: Path, passphrase: str) -> Iterator[Writing]:
    """Write a backup that has its name only once it is whole and on the disk."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        opened = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                cost = Cost.new()
                yield Writing(archive=archive, sealer=Sealer(passphrase, cost), cost=cost)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A backup whose every part was found to be what was written."""

    path: Path
    manifest: Mapping[str, Any]
    sealer: Sealer

    def has(self, name: str) -> bool:
        """Say whether the backup has a part."""
        return any(part["name"] == name for part in self.manifest["parts"])

    @contextmanager
    def part(self, name: str) -> Iterator[IO[bytes]]:
        """Open what was sealed as a part; raises Refused naming it where it cannot be read."""
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(name) as sealed:
                yield self.sealer.opening(name, sealed)
        except (Unsound, zipfile.BadZipFile) as error:
            raise words.damaged(self.path, name) from error


def read(path: Path, passphrase: Callable[[], str]) -> Reading:
    """Open a backup, having compared every part of it with its manifest.

    Raises Refused for what is no backup, is of a newer format, was damaged or altered (naming the
    part) or is not opened by the passphrase.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(path, archive, passphrase)
    except zipfile.BadZipFile as error:
        raise (words.damaged(path, "ZIP") if is_backup(path) else words.no_backup(path)) from error


def _read(path: Path, archive: zipfile.ZipFile, passphrase: Callable[[], str]) -> Reading:
    if MANIFEST not in archive.namelist():
        raise words.damaged(path, MANIFEST) if is_backup(path) else words.no_backup(path)
    content = _whole(path, archive, MANIFEST)
    try:
        manifest: dict[str, Any] = json.loads(content)
        if manifest["kind"] != KIND:
            raise words.no_backup(path)
        if manifest["format"] != FORMAT:
            raise words.newer_format(path, manifest["format"])
        cost = Cost.read(manifest["key_derivation"])
        named = {part["name"]: part["sha256"] for part in manifest["parts"]}
    except _BROKEN as error:
        raise words.damaged(path, MANIFEST) from error
    sealer = Sealer(passphrase(), cost)
    mark = _whole(path, archive, MARK).decode("ascii", "replace")
    if not sealer.holds(content, mark):
        raise words.wrong_passphrase(path)
    expected = {*named, MANIFEST, MARK}
    if len(archive.namelist()) != len(expected) or {*archive.namelist()} != expected:
        other = sorted({*archive.namelist()} ^ expected)
        raise words.damaged(path, ", ".join(other[:3]) or "ZIP")
    for name, digest in named.items():
        _compare(path, archive, name, digest)
    return Reading(path=path, manifest=manifest, sealer=sealer)


def _whole(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as part:
            return part.read(_LARGEST_MANIFEST)
    except _BROKEN as error:
        raise words.damaged(path, name) from error


def _compare(path: Path, archive: zipfile.ZipFile, name: str, expected: str) -> None:
    digest = sha256()
    try:
        with archive.open(name) as part:
            while piece := part.read(_PIECE):
                digest.update(piece)
    except _BROKEN as error:
        raise words.damaged(path, name) from error
    if digest.hexdigest() != expected:
        raise words.damaged(path, name)
