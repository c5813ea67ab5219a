"""Files that are never seen half, and files of others read without following where they lead."""

import os
import stat
from pathlib import Path
from tempfile import mkstemp

from survey.ledger.heads_file import sync_folder
from survey.problems import Refused

MOST_BYTES = 1 << 30
_PLAIN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under another name, wait for the disk, then give it its own name."""
    opened, name = mkstemp(prefix=".", suffix=".part", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(0o640)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


def read_plain(path: Path) -> bytes:
    """Return what a file holds; raises Refused for a link, no plain file, or one far too large."""
    try:
        opened = os.open(path, _PLAIN)
    except OSError as error:
        raise _no_plain_file(path) from error
    try:
        told = os.fstat(opened)
        if not stat.S_ISREG(told.st_mode):
            raise _no_plain_file(path)
        if told.st_size > MOST_BYTES:
            raise Refused.of(
                file=path.name,
                zh=f"有 {told.st_size:,} 字节，最多 {MOST_BYTES:,} 字节，没有打开",
                en=f"has {told.st_size:,} bytes, at most {MOST_BYTES:,} are read; not opened",
            )
        with os.fdopen(opened, "rb", closefd=False) as file:
            return file.read(MOST_BYTES)
    finally:
        os.close(opened)


def _no_plain_file(path: Path) -> Refused:
    return Refused.of(
        file=path.name,
        zh="是链接、文件夹或读不出的文件，没有打开；请放普通文件",
        en="is a link, a folder or cannot be read; not opened: put a plain file there",
    )
