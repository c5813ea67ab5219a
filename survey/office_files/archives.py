"""A folder given as one file: a zip archive, unpacked within limits and into no other place."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from survey.office_files.tables import bounded
from survey.problems import Problem, Refused

_MOST_FILES = 200
_MOST_UNPACKED = 64_000_000
_ENCRYPTED = 1
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
_HEAD = "scheme.yaml"  # what makes a folder one of a campaign


@contextmanager
def folder_in(path: Path) -> Iterator[Path]:
    """Yield a folder, or for as long as it is used the one that an archive holds.

    Raises Refused for what is neither, or beyond a limit.
    """
    if path.is_dir():
        yield path
        return
    with folder_from(bounded(path), path.name) as unpacked:
        yield unpacked


@contextmanager
def folder_from(content: bytes, file: str) -> Iterator[Path]:
    """Yield, for as long as it is used, the folder that the content of an archive holds."""
    with TemporaryDirectory(prefix="survey-") as unpacked:
        try:
            _unpack(content, file, Path(unpacked))
        except UNREADABLE as error:
            raise Refused.of(
                zh="已损坏或不是 zip 压缩文件，请重新压缩后重试",
                en="is damaged or no zip archive; pack it again",
                file=file,
            ) from error
        yield Path(unpacked)


def _unpack(content: bytes, file: str, into: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _judge(entries, file)
        for name, entry in _of_campaign(entries, file).items():
            (into / name).write_bytes(archive.read(entry))


def _judge(entries: Sequence[zipfile.ZipInfo], file: str) -> None:
    if len(entries) > _MOST_FILES or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise Refused.of(
            zh=f"最多 {_MOST_FILES} 个文件、解压后 {_MOST_UNPACKED:,} 字节；"
            "请只压缩该评议活动的文件夹",
            en=f"may hold {_MOST_FILES} files of {_MOST_UNPACKED:,} bytes in all; pack the folder "
            "of the campaign alone",
            file=file,
        )
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise Refused.of(
            zh="有密码，请重新压缩，不设密码",
            en="is protected by a password; pack it without one",
            file=file,
        )
    astray = [entry for entry in entries if _is_astray(entry)]
    if astray:
        raise Refused(
            Problem(
                zh="指向压缩文件以外的地方，不能解压；请重新压缩该文件夹",
                en="points out of the archive and is not unpacked; pack the folder anew",
                file=file,
                field=entry.filename,
            )
            for entry in astray
        )


def _of_campaign(entries: Sequence[zipfile.ZipInfo], file: str) -> dict[str, zipfile.ZipInfo]:
    """Return the files beside the one scheme.yaml by name, whatever folder that is in."""
    heads = [_path(entry) for entry in entries if _path(entry).name == _HEAD]
    if len(heads) != 1:
        found = "、".join(map(str, heads))
        raise Refused.of(
            zh=f"有多个 {_HEAD}（{found}），请只压缩一个评议活动" if heads else
            f"里没有 {_HEAD}；请压缩评议活动的整个文件夹，单个表格请放进去",
            en=f"holds several of {_HEAD} ({', '.join(map(str, heads))}); pack one campaign"
            if heads else f"holds no {_HEAD}; pack the whole folder of the campaign, tables in it",
            file=file,
        )  # fmt: skip
    beside = [entry for entry in entries if _path(entry).parent == heads[0].parent]
    named = {_path(entry).name: entry for entry in beside}
    if len({name.casefold() for name in named}) < len(beside):
        raise Refused.of(
            zh="有同名的文件，请重新压缩该文件夹",
            en="holds two files of one name; pack the folder anew",
            file=file,
        )
    return named


def _path(entry: zipfile.ZipInfo) -> PurePosixPath:
    """Return where an entry stands; some programs part folders by backslashes."""
    return PurePosixPath(entry.filename.replace("\\", "/"))


def _is_astray(entry: zipfile.ZipInfo) -> bool:
    path = _path(entry)
    linked = stat.S_ISLNK(entry.external_attr >> 16)
    return linked or path.is_absolute() or ".." in path.parts or ":" in entry.filename
