"""The content of a backup's parts, as it was before it was packed and sealed."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from survey.backup import container, home_files, witnesses, words
from survey.backup.making import DATA, FILES
from survey.backup.sealing import Unsound
from survey.ledger.checker import Head
from survey.ledger.heads_file import HEADS_FILE

_PIECE = 1 << 18


def heads_in(backup: container.Reading) -> list[tuple[str, Head]]:
    """Return the heads that the home of a backup said were kept."""
    with TemporaryDirectory() as folder, unpacking(backup, FILES) as packed:
        home_files.unpack(packed, Path(folder), leave=lambda name: name != HEADS_FILE)
        return list(witnesses.in_home(Path(folder)))


@contextmanager
def unpacking(backup: container.Reading, part: str) -> Iterator[IO[bytes]]:
    """Open a part's content, rows unpacked; raises Refused naming the part that is damaged."""
    try:
        with backup.part(part) as opened:
            yield BufferedReader(_Unpacked(opened)) if part.startswith(DATA) else opened
    except (Unsound, zlib.error, ValueError) as error:
        raise words.damaged(backup.path, part) from error


class _Unpacked(RawIOBase):
    """What was packed, read piece by piece."""

    def __init__(self, packed: IO[bytes]) -> None:
        super().__init__()
        self._packed, self._packer, self._content = packed, zlib.decompressobj(), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._content and not self._packer.eof:
            waiting = self._packer.unconsumed_tail or self._packed.read(_PIECE)
            if not waiting:
                raise Unsound
            self._content = self._packer.decompress(waiting, _PIECE)
        n = min(len(buffer), len(self._content))
        buffer[:n], self._content = self._content[:n], self._content[n:]
        return n
