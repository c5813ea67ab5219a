"""Cosignatures (c2sp.org/tlog-cosignature): a witness saw a log grow to this, and when."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.ledger.notes.note import COSIGNER, Note, NoteKey, SignatureLine, note_key

_TIME = struct.Struct(">Q")
_SIGNATURE_BYTES = 64
_LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigned:
    """A cosignature that holds, and the second at which it was made."""

    line: SignatureLine
    at: datetime


def cosigned_message(body: str, *, second: int) -> bytes:
    """Return what a witness signs of a checkpoint at a second since 1970."""
    return f"cosignature/v1\ntime {second}\n{body}".encode()


def cosign(body: str, *, name: str, key: Ed25519PrivateKey, at: datetime) -> SignatureLine:
    """Return a witness's signature on a checkpoint; that it may be signed was checked before."""
    second = int(at.timestamp())
    made = key.sign(cosigned_message(body, second=second))
    own = note_key(name, key, kind=COSIGNER)
    return SignatureLine(name=name, key_hash=own.hash, signature=_TIME.pack(second) + made)


def cosigned(body: str, line: SignatureLine, key: NoteKey) -> Cosigned | None:
    """Return a line as a witness's cosignature of a checkpoint; None where it is none."""
    if not key.made(line) or len(line.signature) != _TIME.size + _SIGNATURE_BYTES:
        return None
    [second] = _TIME.unpack_from(line.signature)
    if not 0 < second < _LATEST:
        return None
    if not key.holds(cosigned_message(body, second=second), line.signature[_TIME.size :]):
        return None
    return Cosigned(line=line, at=datetime.fromtimestamp(second, UTC))


def cosigned_by(note: Note, key: NoteKey) -> Cosigned | None:
    """Return the newest cosignature of a witness on a note; None where it has none that holds."""
    found = [made for line in note.lines if (made := cosigned(note.body, line, key))]
    return max(found, key=lambda made: made.at, default=None)
