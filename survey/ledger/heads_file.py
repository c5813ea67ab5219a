"""`heads.jsonl`: all heads a second time, outside the database, appended and synced.

A head is written before its transaction commits and marked as kept after it. So a head that is
marked and not in the database was there once; one without a mark belongs to a deed that was
rolled back, or interrupted by a power cut, and was never published.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from survey.ledger.checker import Head, head_digest

HEADS_FILE = "heads.jsonl"

Mark = Literal["kept", "undone", "filled"]

_NEEDED = ("campaign", "version", "size", "root", "time", "key_id", "signature")
_MARKED = ("head", "mark", "at")
_KEPT_IN_MIND = 32_768  # lines, so that reading the file again costs little
_MARK_KIND = "head-mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadsFile:
    """What the file says: heads by digest, the last mark of each, lines that cannot be read."""

    heads: dict[str, Head]
    marks: dict[str, Mark]
    filled_at: str
    torn: tuple[int, ...]

    def is_kept(self, digest: str) -> bool:
        """Whether a head's transaction is known to have been committed; version 1 had no marks."""
        return self.marks.get(digest) in {"kept", "filled"} or self.heads[digest]["version"] == 1

    @property
    def kept(self) -> dict[str, Head]:
        """The heads that the database must have, by digest."""
        return {digest: head for digest, head in self.heads.items() if self.is_kept(digest)}

    @property
    def n_filled(self) -> int:
        """How many were written back from the database, and prove nothing against it."""
        return list(self.marks.values()).count("filled")


def read_heads_file(path: Path) -> HeadsFile:
    """Read the file; a line torn by a power cut is passed over and named by its number."""
    heads: dict[str, Head] = {}
    marks: dict[str, Mark] = {}
    filled_at, torn = "", []
    lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    for number, line in enumerate(lines, start=1):
        entry, digest = _entry(line)
        if entry is None:
            torn.append(number)
        elif digest:
            heads[digest] = entry
        else:
            marks[entry["head"]] = entry["mark"]
            filled_at = entry["at"] if entry["mark"] == "filled" else filled_at
    return HeadsFile(heads=heads, marks=marks, filled_at=filled_at, torn=tuple(torn))


@lru_cache(maxsize=_KEPT_IN_MIND)
def _entry(line: str) -> tuple[dict[str, Any] | None, str]:
    """Return a line's content and, of a head, its digest; None where it cannot be read."""
    try:
        entry: dict[str, Any] = json.loads(line)
        is_mark = entry["kind"] == _MARK_KIND
        if any(name not in entry for name in (_MARKED if is_mark else _NEEDED)):
            return None, ""
        return entry, "" if is_mark else head_digest(entry)
    except (ValueError, KeyError, TypeError):
        return None, ""


def append_head(path: Path, head: Head) -> None:
    """Write a head and wait until it is on the disk; raises OSError where it cannot be."""
    _append(path, head)


def mark_head(path: Path, head: Head, mark: Mark, *, at: datetime) -> None:
    """Say what became of a head that was written."""
    _append(
        path,
        {
            "kind": _MARK_KIND,
            "mark": mark,
            "head": head_digest(head),
            "at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    )


def _append(path: Path, entry: dict[str, Any]) -> None:
    is_new = not path.exists()
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        start = b"" if _ends_whole(file) else b"\n"  # or the line would be lost in the torn one
        left = start + json.dumps(entry, ensure_ascii=False).encode() + b"\n"
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)
    if is_new:
        sync_folder(path.parent)


def _ends_whole(file: int) -> bool:
    size = os.lseek(file, 0, os.SEEK_END)
    if size == 0:
        return True
    os.lseek(file, size - 1, os.SEEK_SET)
    return os.read(file, 1) == b"\n"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is never seen half: under another name first, and synced."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk, where the system can say so."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
