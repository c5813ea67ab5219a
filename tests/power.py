"""Simulated power cuts of SQLite: of what was not synced only some, in pieces, reaches the disk.

The library's own methods of its files are replaced in the open connection: each write is noted
until the file is synced, each sync makes what was noted durable. A cut keeps the durable bytes and
a random choice of the noted ones, in sectors.
"""

import ctypes
import threading
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
from pysqlite3 import _sqlite3
from sqlalchemy import event

_SECTOR = 512
_FILE_POINTER, _JOURNAL_POINTER = 7, 28  # SQLITE_FCNTL_…
_OK = 0

_library = ctypes.CDLL(_sqlite3.__file__)
_WRITE = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
)
_TRUNCATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_SYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
_METHOD = {"write": (3, _WRITE), "truncate": (4, _TRUNCATE), "sync": (5, _SYNC)}  # after iVersion
_METHODS = 19  # pointers in sqlite3_io_methods, version 3
_POINTER = ctypes.sizeof(ctypes.c_void_p)


class Disk:
    """What would be on the disk of an SQLite database if the power were cut now."""

    def __init__(self, database: Path) -> None:
        self._paths = (database, database.with_name(f"{database.name}-wal"))
        self._lock = threading.Lock()
        self._durable = {path: bytearray(_content(path)) for path in self._paths}
        self._noted: dict[Path, list[tuple[int, bytes | None]]] = {p: [] for p in self._paths}
        self._alive: list[Any] = []  # what C code calls must not be collected

    def attach(self, engine: sa.Engine) -> None:
        """Watch every connection the engine makes from now on."""
        event.listen(engine, "connect", self._connected)

    def cut(self, folder: Path, draw: Random) -> None:
        """Write into a folder what a cut at this moment would have left."""
        with self._lock:
            left = {path: bytearray(content) for path, content in self._durable.items()}
            for path, noted in self._noted.items():
                for offset, content in noted:
                    _keep_some(left[path], offset, content, draw)
        for path, content in left.items():
            (folder / path.name).write_bytes(content)

    def _connected(self, connection: Any, _record: Any) -> None:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # opens the journal
        handle = ctypes.c_void_p.from_address(id(connection) + 2 * _POINTER)
        for path, pointer in zip(self._paths, (_FILE_POINTER, _JOURNAL_POINTER), strict=True):
            file = ctypes.c_void_p()
            asked = _library.sqlite3_file_control(handle, b"main", pointer, ctypes.byref(file))
            assert asked == _OK
            assert file.value
            self._watch(file.value, path)

    def _watch(self, file: int, path: Path) -> None:
        place = ctypes.c_void_p.from_address(file)
        table = (ctypes.c_void_p * _METHODS).from_address(place.value or 0)
        copy = (ctypes.c_void_p * _METHODS)(*table)
        for name, (number, kind) in _METHOD.items():
            replaced = kind(self._method(name, path, kind(copy[number])))
            copy[number] = ctypes.cast(replaced, ctypes.c_void_p).value
            self._alive.append(replaced)
        self._alive.append(copy)
        place.value = ctypes.addressof(copy)

    def _method(self, name: str, path: Path, original: Any) -> Any:
        def write(file: int, content: int, size: int, offset: int) -> int:
            with self._lock:
                self._noted[path].append((offset, ctypes.string_at(content, size)))
            return int(original(file, content, size, offset))

        def truncate(file: int, size: int) -> int:
            with self._lock:
                self._noted[path].append((size, None))
            return int(original(file, size))

        def sync(file: int, flags: int) -> int:
            with self._lock:
                noted, self._noted[path] = self._noted[path], []
            done = int(original(file, flags))
            with self._lock:
                for offset, content in noted:
                    _apply(self._durable[path], offset, content)
            return done

        return {"write": write, "truncate": truncate, "sync": sync}[name]


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _apply(target: bytearray, offset: int, content: bytes | None) -> None:
    if content is None:
        del target[offset:]
        return
    if len(target) < offset:
        target.extend(bytes(offset - len(target)))
    target[offset : offset + len(content)] = content


def _keep_some(target: bytearray, offset: int, content: bytes | None, draw: Random) -> None:
    if content is None:
        if draw.random() < 0.5:
            _apply(target, offset, None)
        return
    for start in range(0, len(content), _SECTOR):
        if draw.random() < 0.5:
            _apply(target, offset + start, content[start : start + _SECTOR])
