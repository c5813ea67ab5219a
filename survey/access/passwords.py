"""Passwords: argon2id at the strength OWASP names first."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 128

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = threading.BoundedSemaphore(2)  # 19 MiB each: a rush of sign-ins must not eat the memory
_nobodys = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the salted hash that is stored."""
    with _at_once:
        return _hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Say whether a password is right; takes as long for an account that does not exist."""
    with _at_once:
        try:
            _hasher.verify(stored or _nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None
