"""The zip of a package: written in one way only, and read only where it is written that way.

Nothing in it is compressed: compressors differ from machine to machine and the bytes would too,
and what is not compressed cannot be a bomb.
"""

import io
import re
import struct
import zipfile
from collections.abc import Mapping

from survey.problems import Refused

_DAY = (1980, 1, 1, 0, 0, 0)  # the first there is: a package is of no day
_UNIX, _MODE = 3, 0o100644 << 16
_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*)*")
_MOST_FILES = 100
_UNREADABLE = (
    *(zipfile.BadZipFile, struct.error, EOFError, OSError, RuntimeError, ValueError),
    *(NotImplementedError, OverflowError, LookupError),
)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files as a zip; the same files are always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DAY)
            entry.create_system, entry.external_attr = _UNIX, _MODE
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpacked(data: bytes, *, file: str) -> dict[str, bytes]:
    """Return what a zip holds, by name.

    Raises Refused, naming the `file`, for anything but what `packed` writes: a name twice or one
    that leads out of a folder, compressed or hidden parts, bytes before, between or after.
    """
    try:
        files = _read(data, file)
    except _UNREADABLE as error:
        raise Refused.of(
            file=file,
            zh=f"不是可以打开的压缩包（{type(error).__name__}）；请向评议办重新索取",
            en=f"is no archive that opens ({type(error).__name__}); ask the office for it again",
        ) from error
    if packed(files) != data:
        raise Refused.of(
            file=file,
            zh="压缩包的外壳被改动过：与本程序写出的字节不同",
            en="the archive itself was altered: it is not byte by byte as this program writes it",
        )
    return files


def _read(data: bytes, file: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        twice = sorted({name for name in names if names.count(name) > 1})
        strange = [name for name in names if not _NAME.fullmatch(name)]
        if len(names) > _MOST_FILES or twice or strange:
            raise _odd(file, (twice or strange or names)[0])
        # As large as they say together at most: parts that overlap would be a bomb.
        is_plain = all(entry.compress_type == zipfile.ZIP_STORED for entry in entries)
        if not is_plain or sum(entry.file_size for entry in entries) > len(data):
            raise _odd(file, "zip")
        return {entry.filename: archive.read(entry) for entry in entries}


def _odd(file: str, name: str) -> Refused:
    return Refused.of(
        file=file,
        field=name[:80],
        zh="压缩包中有重名、越出文件夹的名称、压缩过的或过多的内容；不是本程序写出的，没有打开",
        en="a name twice, one that leads out of the folder, compressed parts or too many: this"
        " program writes no such archive, nothing was opened",
    )
