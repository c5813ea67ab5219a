"""A passphrase becomes keys, and a stream becomes frames that nobody without them reads or alters.

Each part has a key of its own, derived from the passphrase and the part's name. A frame's nonce is
its number and whether it is the last: none can be changed, left out, moved or cut off.
"""

import hmac
import io
import secrets
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import IO, Any, Self

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CIPHER = "ChaCha20-Poly1305"

_FRAME = 1 << 18  # bytes of content in a frame
_TAG = 16
_LENGTH = struct.Struct(">I")
_MOST_MEMORY_KIB = 1 << 20  # a file must not be able to ask for all there is
_MOST_PASSES = 20
_MOST_LANES = 16
_MANIFEST = "manifest"


class Unsound(Exception):  # noqa: N818  the caller names the part and says it in words
    """A sealed part is not what was sealed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a try at the passphrase costs: argon2id, RFC 9106."""

    salt: str
    time_cost: int = 3
    memory_kib: int = 65_536
    parallelism: int = 4
    algorithm: str = "argon2id"

    @classmethod
    def new(cls) -> Self:
        """Return the present cost with a salt of its own."""
        return cls(salt=secrets.token_hex(16))

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Read what a manifest says; raises ValueError for what no backup of ours says."""
        cost = cls(**said)
        known = (
            cost.algorithm == "argon2id"
            and 1 <= cost.time_cost <= _MOST_PASSES
            and 1 <= cost.parallelism <= _MOST_LANES
            and 8 * cost.parallelism <= cost.memory_kib <= _MOST_MEMORY_KIB
        )
        if not known:
            raise ValueError(cost.algorithm)
        return cost

    def told(self) -> dict[str, Any]:
        """Return it as the manifest has it."""
        return asdict(self)


class Sealer:
    """What a passphrase opens."""

    def __init__(self, passphrase: str, cost: Cost) -> None:
        self._master = hash_secret_raw(
            passphrase.encode(),
            bytes.fromhex(cost.salt),
            time_cost=cost.time_cost,
            memory_cost=cost.memory_kib,
            parallelism=cost.parallelism,
            hash_len=32,
            type=Type.ID,
        )

    def mark(self, manifest: bytes) -> str:
        """Return what only the passphrase can make of a manifest."""
        return hmac.new(self._key(_MANIFEST), manifest, sha256).hexdigest()

    def holds(self, manifest: bytes, mark: str) -> bool:
        """Say whether a manifest was marked with this passphrase, and as it stands."""
        return hmac.compare_digest(self.mark(manifest), mark)

    def sealing(self, part: str, out: IO[bytes]) -> "SealedOut":
        """Return a stream whose content is sealed as a part."""
        return SealedOut(self._key(f"part {part}"), out)

    def opening(self, part: str, sealed: IO[bytes]) -> IO[bytes]:
        """Return a stream of what was sealed as a part; reading raises Unsound where it is not."""
        return io.BufferedReader(_SealedIn(self._key(f"part {part}"), sealed), _FRAME)

    def _key(self, use: str) -> bytes:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"gongping {use}".encode())
        return derived.derive(self._master)


class SealedOut(io.RawIOBase):
    """Frames written: each its length and its content sealed."""

    def __init__(self, key: bytes, out: IO[bytes]) -> None:
        super().__init__()
        self._cipher, self._out = ChaCha20Poly1305(key), out
        self._waiting, self._number = bytearray(), 0

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, content: Any) -> int:
        """Take content; whole frames are sealed at once."""
        self._waiting += content
        while len(self._waiting) > _FRAME:
            self._seal(bytes(self._waiting[:_FRAME]), is_last=False)
            del self._waiting[:_FRAME]
        return len(content)

    def finish(self) -> None:
        """Seal what waits as the last frame."""
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, content: bytes, *, is_last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, is_last=is_last), content, None)
        self._out.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class _SealedIn(io.RawIOBase):
    """Frames read."""

    def __init__(self, key: bytes, sealed: IO[bytes]) -> None:
        super().__init__()
        self._cipher, self._sealed = ChaCha20Poly1305(key), sealed
        self._content, self._number, self._at_end = b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._content and not self._at_end:
            self._content = self._frame()
        n = min(len(buffer), len(self._content))
        buffer[:n], self._content = self._content[:n], self._content[n:]
        return n

    def _frame(self) -> bytes:
        head = self._sealed.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            raise Unsound
        (length,) = _LENGTH.unpack(head)
        if not _TAG <= length <= _FRAME + _TAG:
            raise Unsound
        sealed = self._sealed.read(length)
        for is_last in (False, True):
            try:
                content = self._cipher.decrypt(_nonce(self._number, is_last=is_last), sealed, None)
            except InvalidTag:
                continue
            self._number += 1
            self._at_end = is_last
            return content
        raise Unsound


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
