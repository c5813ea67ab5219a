"""Proof of work for one look-up of a one-time code: a second of a telephone, or a short wait.

Our own rather than a library's: it must run on plain http and on old engines, where the widgets'
`crypto.subtle` is missing, and without script at all. A challenge is bound to one code and one
network and soon expires, so that using it again opens nothing that was not open.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from survey.clock import from_epoch_ms, to_epoch_ms

BITS = 15
WAIT = timedelta(seconds=15)  # for those whose browser runs no script
_LIFE = timedelta(minutes=10)


def challenge(*, key: bytes, code: str, network: str, at: datetime) -> str:
    """Return a challenge for a code asked for from a network."""
    start = f"{secrets.token_hex(8)}.{to_epoch_ms(at):x}"
    return f"{start}.{_mac(key, code, network, start)}"


def done(answer: str, *, key: bytes, code: str, network: str, at: datetime) -> bool:
    """Say whether an answer (`challenge` or `challenge:number`) holds: worked for, or waited."""
    given, _colon, _number = answer.partition(":")
    start, _dot, mac = given.rpartition(".")
    if not answer.isascii() or not hmac.compare_digest(mac, _mac(key, code, network, start)):
        return False
    age = at - from_epoch_ms(int(start.partition(".")[2], 16))
    if not timedelta(0) <= age <= _LIFE:
        return False
    return age >= WAIT or _leading_zeros(answer)


def _leading_zeros(answer: str) -> bool:
    digest = hashlib.sha256(answer.encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0


def _mac(key: bytes, code: str, network: str, start: str) -> str:
    message = f"work|{code}|{network}|{start}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]
