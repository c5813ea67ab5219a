"""Checkpoints (c2sp.org/tlog-checkpoint): a log by its name, how long it is, and its root."""

import base64
import binascii
import re
from dataclasses import dataclass

from survey.ledger.notes.note import Malformed

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_ROOT_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log states; `more` are its own lines, which no witness looks at."""

    origin: str
    size: int
    root: bytes
    more: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The text that is signed."""
        root = base64.b64encode(self.root).decode()
        return "".join(f"{line}\n" for line in (self.origin, str(self.size), root, *self.more))


def read_checkpoint(body: str) -> Checkpoint:
    """Return what a note's text states; raises Malformed where it is no checkpoint."""
    lines = body.removesuffix("\n").split("\n")
    if not body.endswith("\n") or len(lines) < 3 or not all(lines):
        raise _no_checkpoint()
    origin, size, root, *more = lines
    try:
        raw = base64.b64decode(root, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_checkpoint() from error
    if not _SIZE.fullmatch(size) or len(raw) != _ROOT_BYTES:
        raise _no_checkpoint()
    found = Checkpoint(origin=origin, size=int(size), root=raw, more=tuple(more))
    if found.body != body:
        raise _no_checkpoint()
    return found


def _no_checkpoint() -> Malformed:
    return Malformed.of(
        zh="不是总校验码（C2SP checkpoint）；请向评议办重新索取",
        en="is no checkpoint (C2SP) of a ledger; ask the office for it again",
    )
