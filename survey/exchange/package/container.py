"""The zip of a package: written in one way only, and read only where it is written that way.

Nothing in it is compressed: compressors differ from machine to machine and the bytes would too,
and what is not compressed cannot be a bomb. Of a million answers it holds hundreds of millions of
bytes, so parts are written and read piece by piece.
"""

import hashlib
import io
import re
import shutil
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from survey.problems import Refused

_DAY = (1980, 1, 1, 0, 0, 0)  # the first there is: a package is of no day
_UNIX, _MODE = 3, 0o100644 << 16
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")
_MOST_FILES = 100
_PIECE = 1 << 20
_UNREADABLE = (
    *(zipfile.BadZipFile, struct.error, EOFError, OSError, RuntimeError, ValueError),
    *(NotImplementedError, OverflowError, LookupError),
)


Part = bytes | Path  # of an archive that is written: its content, or the file that has it


def pack(files: Mapping[str, Part], out: BinaryIO) -> None:
    """Write files as a zip; the same files are always the same bytes."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            with opened(files[name]) as content:
                _write(archive, name, content, size=size_of(files[name]))


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files, of which there is little, as `pack` writes them."""
    out = io.BytesIO()
    pack(files, out)
    return out.getvalue()


def opened(part: Part) -> BinaryIO:
    """Return a part of an archive to read from."""
    return io.BytesIO(part) if isinstance(part, bytes) else part.open("rb")


def size_of(part: Part) -> int:
    """Return how many bytes a part has."""
    return len(part) if isinstance(part, bytes) else part.stat().st_size


def digest_of_part(part: Part) -> str:
    """Return the SHA-256 of a part."""
    with opened(part) as content:
        digested = _Digested(content)
        while digested.read(_PIECE):
            pass
    return digested.digest.hexdigest()


class Archive(Mapping[str, bytes]):
    """The files of a zip, read from it when they are asked for, whole or piece by piece."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zip = zipped
        self._entries = {entry.filename: entry for entry in zipped.infolist()}
        self.digests: dict[str, str] = {}

    def __getitem__(self, name: str) -> bytes:
        return self._zip.read(self._entries[name])

    def __contains__(self, name: object) -> bool:
        return name in self._entries  # that of a mapping would read the whole file

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def size(self, name: str) -> int:
        """Return how many bytes a file has."""
        return self._entries[name].file_size

    def digest(self, name: str) -> str:
        """Return the SHA-256 of a file: taken once, when the archive was looked through."""
        return self.digests[name]

    def open(self, name: str) -> io.BufferedReader:
        """Return a file to be read piece by piece or line by line."""
        entry = self._zip.open(self._entries[name])
        return io.BufferedReader(cast(io.RawIOBase, entry), _PIECE)


@contextmanager
def unpacked(zipped: Part, *, file: str) -> Iterator[Archive]:
    """Give what a zip holds, by name; closed at the end, whoever still reads in it.

    Raises Refused, naming the `file`, for anything but what `pack` writes: a name twice or one
    that leads out of a folder, compressed or hidden parts, bytes before, between or after.
    """
    with opened(zipped) as there:
        yield _as_written(zipped, there, file)


def _as_written(part: Part, there: BinaryIO, file: str) -> Archive:
    try:
        archive = _read(there, file, size=size_of(part))
        is_ours = _as_packed(archive, part)
    except _UNREADABLE as error:
        raise Refused.of(
            file=file,
            zh=f"不是可以打开的压缩包（{type(error).__name__}）；请向评议办重新索取",
            en=f"is no archive that opens ({type(error).__name__}); ask the office for it again",
        ) from error
    if not is_ours:
        raise Refused.of(
            file=file,
            zh="压缩包的外壳被改动过：与本程序写出的字节不同",
            en="the archive itself was altered: it is not byte by byte as this program writes it",
        )
    return archive


def _read(there: BinaryIO, file: str, *, size: int) -> Archive:
    zipped = zipfile.ZipFile(there)
    entries = zipped.infolist()
    names = [entry.filename for entry in entries]
    twice = sorted({name for name in names if names.count(name) > 1})
    strange = [name for name in names if not _NAME.fullmatch(name)]
    if len(names) > _MOST_FILES or twice or strange:
        raise _odd(file, (twice or strange or names)[0])
    # As large as they say together at most: parts that overlap would be a bomb.
    is_plain = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
    if not is_plain or sum(entry.file_size for entry in entries) > size:
        raise _odd(file, "zip")
    return Archive(zipped)


def _as_packed(archive: Archive, zipped: Part) -> bool:
    """Say whether an archive is what would be written of its files, byte by byte."""
    with opened(zipped) as there:
        same = _Compared(there)
        with zipfile.ZipFile(cast(BinaryIO, same), "w", zipfile.ZIP_STORED) as written:
            for name in sorted(archive):
                with archive.open(name) as content:
                    digested = _Digested(content)
                    _write(written, name, cast(BinaryIO, digested), size=archive.size(name))
                archive.digests[name] = digested.digest.hexdigest()
        return not same.unlike and same.tell() == size_of(zipped)


def _write(archive: zipfile.ZipFile, name: str, content: BinaryIO, *, size: int) -> None:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.create_system, entry.external_attr = _UNIX, _MODE
    entry.file_size = size
    with archive.open(entry, "w") as into:
        shutil.copyfileobj(content, into, _PIECE)


class _Digested:
    """What is read is digested in passing."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._content.read(size)
        self.digest.update(piece)
        return piece


class _Compared(io.RawIOBase):
    """What is written is compared with what is there; a place written twice counts as at last."""

    def __init__(self, there: BinaryIO) -> None:
        self._there = there
        self.unlike: set[int] = set()

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._there.tell()

    def seek(self, place: int, whence: int = 0) -> int:
        return self._there.seek(place, whence)

    def write(self, data: bytes) -> int:  # type: ignore[override]  # of bytes alone
        place = self._there.tell()
        if self._there.read(len(data)) == data:
            self.unlike.discard(place)
        else:
            self.unlike.add(place)
            self._there.seek(place + len(data))
        return len(data)


def _odd(file: str, name: str) -> Refused:
    return Refused.of(
        file=file,
        field=name[:80],
        zh="压缩包中有重名、越出文件夹的名称、压缩过的或过多的内容；不是本程序写出的，没有打开",
        en="a name twice, one that leads out of the folder, compressed parts or too many: this"
        " program writes no such archive, nothing was opened",
    )
