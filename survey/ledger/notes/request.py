"""What a witness is asked (add-checkpoint of c2sp.org/tlog-witness): a checkpoint, and its growth.

The same lines travel over HTTP, as a file and in a QR code.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from survey.ledger.notes.note import LARGEST, Malformed, Note, read_note

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_MOST_STEPS = 63
_STEP_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A checkpoint with the proof that it grew from an `old` size."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Note

    @property
    def text(self) -> str:
        """The request as it is handed around."""
        steps = "".join(f"{base64.b64encode(step).decode()}\n" for step in self.proof)
        return f"old {self.old}\n{steps}\n{self.checkpoint.text}"


def read_request(text: str) -> Request:
    """Return what is asked; raises Malformed where it is no request."""
    above, blank, below = text.partition("\n\n")
    first, *steps = above.split("\n")
    old = _OLD.fullmatch(first)
    if len(text.encode()) > LARGEST or not blank or not old or len(steps) > _MOST_STEPS:
        raise _no_request()
    proof = tuple(_step(each) for each in steps)
    return Request(old=int(old[1]), proof=proof, checkpoint=read_note(below))


def _step(text: str) -> bytes:
    try:
        step = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_request() from error
    if len(step) != _STEP_BYTES:
        raise _no_request()
    return step


def _no_request() -> Malformed:
    return Malformed.of(
        zh="不是请见证方签名的文件，或在传递中被改动；请在评议办的“见证签名”页面重新下载",
        en="is no request to a witness, or was changed on its way; download it again from the"
        " office's page of witnesses",
    )
