"""Wrong passwords slow down whoever sends them: by account, by address, and by both together."""

import hashlib
import hmac
import threading
from collections import deque
from datetime import datetime, timedelta

_WINDOW = timedelta(minutes=15)
_BOTH = 5
_ALONE = 25  # an address may be a whole office's, an account's owner must not be shut out by others
_MOST_KEYS = 10_000


class Throttle:
    """Wrong passwords of the last quarter of an hour, kept in this process only.

    Several processes multiply the limits by their number, which still leaves guessing hopeless.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._lock = threading.Lock()
        self._failures: dict[bytes, deque[datetime]] = {}
        self._forgot_at: datetime | None = None

    def allows(self, username: str, address: str, at: datetime) -> bool:
        """Say whether one more attempt may be made."""
        with self._lock:
            return all(
                len(self._recent(mark, at)) < limit
                for mark, limit in self._marks(username, address)
            )

    def failed(self, username: str, address: str, at: datetime) -> None:
        """Remember a wrong password."""
        with self._lock:
            if len(self._failures) > _MOST_KEYS and self._may_forget(at):
                self._forget_old(at)
            for mark, _limit in self._marks(username, address):
                self._recent(mark, at)
                self._failures.setdefault(mark, deque()).append(at)

    def succeeded(self, username: str, address: str) -> None:
        """Forget the wrong passwords of this account from this address."""
        with self._lock:
            self._failures.pop(self._marks(username, address)[0][0], None)

    def _marks(self, username: str, address: str) -> tuple[tuple[bytes, int], ...]:
        return (
            (self._mark(f"both:{username}:{address}"), _BOTH),
            (self._mark(f"account:{username}"), _ALONE),
            (self._mark(f"address:{address}"), _ALONE),
        )

    def _mark(self, text: str) -> bytes:
        return hmac.new(self._key, text.encode(), hashlib.sha256).digest()

    def _recent(self, mark: bytes, at: datetime) -> deque[datetime]:
        failures = self._failures.get(mark, deque())  # asking alone leaves nothing behind
        while failures and failures[0] <= at - _WINDOW:
            failures.popleft()
        return failures

    def _may_forget(self, at: datetime) -> bool:
        """Say whether a look through all keys is due: one a minute, not one a wrong password."""
        return self._forgot_at is None or at - self._forgot_at >= timedelta(minutes=1)

    def _forget_old(self, at: datetime) -> None:
        self._forgot_at = at
        for mark in list(self._failures):
            if not self._recent(mark, at):
                del self._failures[mark]
