"""Proofs (c2sp.org/tlog-proof): that an entry is in a log, for whoever has the log's key alone."""

import base64
from dataclasses import dataclass

from survey.ledger.notes.note import Note

_FIRST = "c2sp.org/tlog-proof@v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The place of an entry, the path from there to a checkpoint's root, and the checkpoint.

    `entry` is what the leaf is the hash of. It goes along as the format's opaque extra data: a
    reader has to make the leaf of it, and to believe nothing else of it.
    """

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: Note

    @property
    def text(self) -> str:
        """The proof as it is handed around."""
        above = [_FIRST, f"extra {_encoded(self.entry)}", f"index {self.index}"]
        lines = "".join(f"{line}\n" for line in (*above, *map(_encoded, self.path)))
        return f"{lines}\n{self.checkpoint.text}"


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()
