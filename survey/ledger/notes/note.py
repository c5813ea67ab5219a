"""Signed notes (c2sp.org/signed-note): a text, and below a blank line who signed it.

A key is told by its name and the first four bytes of a digest that its kind is part of, so that
one key can never be taken for one of another kind.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.problems import Refused

LOG, COSIGNER = 1, 4  # kinds of a key: Ed25519 over the note, and over note and time
LARGEST = 64 * 1024  # bytes of a note
_MOST_SIGNATURES = 64
_KEY_BYTES, _HASH_BYTES = 32, 4
_DASH = "— "


class Malformed(Refused):
    """A text is not in the form that it must have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKey:
    """A public key with its name and kind."""

    name: str
    kind: int
    raw: bytes

    @property
    def hash(self) -> bytes:
        """The four bytes by which signatures name it."""
        named = f"{self.name}\n".encode() + bytes([self.kind]) + self.raw
        return hashlib.sha256(named).digest()[:_HASH_BYTES]

    @property
    def text(self) -> str:
        """The key in one line, as it is handed around: name, four bytes, key."""
        encoded = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.hash.hex()}+{encoded}"

    def holds(self, message: bytes, signature: bytes) -> bool:
        """Say whether a signature over a message was made by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def made(self, line: "SignatureLine") -> bool:
        """Say whether a line names this key; not yet whether its signature holds."""
        return (line.name, line.key_hash) == (self.name, self.hash)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """One signature below a note."""

    name: str
    key_hash: bytes
    signature: bytes

    @property
    def text(self) -> str:
        """The line as it stands in a note, with its end."""
        encoded = base64.b64encode(self.key_hash + self.signature).decode()
        return f"{_DASH}{self.name} {encoded}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text and its signatures; the text counts for nothing before one of them was checked."""

    body: str
    lines: tuple[SignatureLine, ...]

    @property
    def text(self) -> str:
        """The note as it is handed around."""
        return f"{self.body}\n" + "".join(line.text for line in self.lines)


def read_key(text: str, *, kind: int) -> NoteKey:
    """Return a key given in one line.

    Raises Malformed where it is none, where its four bytes are not its own (a sign was lost), and
    where it is of another kind.
    """
    name, _, rest = text.strip().partition("+")
    told, _, encoded = rest.partition("+")
    content = _decoded(encoded)
    if content is None or len(content) != 1 + _KEY_BYTES or not is_name(name):
        raise Malformed.of(
            zh="不是公钥（应为“名称+八位校验+编码”一整行），请原样复制",
            en="is no public key (one whole line: name+eight digits+code); copy it as it is",
        )
    key = NoteKey(name=name, kind=content[0], raw=content[1:])
    if key.hash.hex() != told:
        raise Malformed.of(
            zh="公钥抄错了：名称、校验和编码对不上，请原样复制",
            en="a sign of the key is wrong: name, digits and code do not agree; copy it as it is",
        )
    if key.kind != kind:
        raise Malformed.of(
            zh="这是另一种公钥：见证方的和评议办的不能互换",
            en="is a key of another kind: a witness's and an office's are not exchangeable",
        )
    return key


def is_name(name: str) -> bool:
    """Say whether a key can be named so: no blanks, no plus."""
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)


def read_note(text: str) -> Note:
    """Return a note; raises Malformed where it is none."""
    if len(text.encode()) > LARGEST or any(sign < " " and sign != "\n" for sign in text):
        raise _no_note()
    body, blank, below = text.rpartition("\n\n")
    if not blank or not body:
        raise _no_note()
    return Note(body=f"{body}\n", lines=read_lines(below))


def read_lines(text: str) -> tuple[SignatureLine, ...]:
    """Return signatures that stand line by line; raises Malformed where there is anything else."""
    listed = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(listed) > _MOST_SIGNATURES:
        raise _no_note()
    return tuple(_line(each) for each in listed)


def signed(body: str, *, name: str, key: Ed25519PrivateKey) -> Note:
    """Return a note that a log signs."""
    public = note_key(name, key, kind=LOG)
    line = SignatureLine(name=name, key_hash=public.hash, signature=key.sign(body.encode()))
    return Note(body=body, lines=(line,))


def note_key(name: str, key: Ed25519PrivateKey, *, kind: int) -> NoteKey:
    """Return the public half of a key under a name."""
    return NoteKey(name=name, kind=kind, raw=key.public_key().public_bytes_raw())


def is_signed(note: Note, key: NoteKey) -> bool:
    """Say whether a log's key signed a note; one wrong signature of the key spoils it."""
    own = [line for line in note.lines if key.made(line)]
    return bool(own) and all(key.holds(note.body.encode(), line.signature) for line in own)


def _line(text: str) -> SignatureLine:
    dash, name, encoded = (*text.split(" "), "", "")[:3]
    content = _decoded(encoded)
    if f"{dash} " != _DASH or not is_name(name) or content is None or len(content) <= _HASH_BYTES:
        raise _no_note()
    found = SignatureLine(
        name=name, key_hash=content[:_HASH_BYTES], signature=content[_HASH_BYTES:]
    )
    if found.text != f"{text}\n":
        raise _no_note()
    return found


def _decoded(text: str) -> bytes | None:
    """Return what base64 holds that is spelt in the one way there is."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if base64.b64encode(content).decode() == text else None


def _no_note() -> Malformed:
    return Malformed.of(
        zh="不是签名文件（C2SP signed note），或在传递中被改动；请原样重新传一次",
        en="is no signed note (C2SP), or was changed on its way; hand it over again as it is",
    )
