"""Passwords: argon2id at the strength OWASP names first, few at once, and in nobody's way."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from survey import codes

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A hash of that strength, kept: to make one takes as long as a start may.
_nobodys = (
    "$argon2id$v=19$m=19456,t=2,p=1$ujvi0LpkTNevXtQcZutcAA$"
    "3t3/aRtV77aLWIXJBKUDrXtyvJnev298fettYFdvB3E"
)


class Busy(Exception):  # noqa: N818  nothing failed: whoever asks is told to wait a moment
    """As many passwords are being looked at as this process has time for."""


class _Gate:
    """Lets so many in at once, and so many wait: the others' threads go on serving residents."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._inside = threading.BoundedSemaphore(at_once)
        self._here = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self._here.acquire(blocking=False):
            raise Busy
        try:
            with self._inside:
                yield
        finally:
            self._here.release()


# 19 MiB and a processor each. Two gates, so that strangers do not stand before who is known.
_known = _Gate(at_once=1, waiting=32)
_strangers = _Gate(at_once=1, waiting=1)


@contextmanager
def turn(*, known: bool) -> Iterator[None]:
    """Wait for one's turn to have a password looked at; raises Busy where too many wait."""
    with (_known if known else _strangers).turn():
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """A new password with its hash, made before any transaction begins."""

    text: str = field(repr=False)
    hash: str = field(repr=False)
    one_time: bool


def one_time() -> Password:
    """Return a random password, to be changed by whoever signs in with it."""
    return _hashed(codes.new_code(codes.PERSONAL_LENGTH), one_time=True)


def chosen(text: str) -> Password:
    """Return a password that its owner chose."""
    return _hashed(text, one_time=False)


def matches(password: str, stored: str | None) -> bool:
    """Say whether a password is right; takes as long for an account that does not exist.

    To be called in one's `turn`, and never between BEGIN and COMMIT.
    """
    try:
        _hasher.verify(stored or _nobodys, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def _hashed(text: str, *, one_time: bool) -> Password:
    with turn(known=True):
        return Password(text=text, hash=_hasher.hash(text), one_time=one_time)
