"""The signed token in a resident's form: no cookie, no stored state, and the receipt in it.

`nonce.time.mac`: whoever sends the same page twice sends the same nonce, and so gets the same
receipt; whoever did not get the page from here has no valid mac.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey.clock import from_epoch_ms, to_epoch_ms

_LIFE = timedelta(days=30)
_NONCE_BYTES = 12
_MAC_BYTES = 16


class TokenInvalid(Exception):  # noqa: N818  an old page is nobody's error
    """The token is forged, for another page, or older than 30 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToken:
    """What a valid token says: when its page was made, and the receipt of its answer."""

    issued_at: datetime
    receipt: bytes


def issue(*, key: bytes, page: str, at: datetime) -> str:
    """Return a new token for a page, named by its code and questionnaire version."""
    nonce = _text(secrets.token_bytes(_NONCE_BYTES))
    time = format(to_epoch_ms(at), "x")
    return f"{nonce}.{time}.{_mac(key, page, nonce, time)}"


def check(token: str, *, key: bytes, page: str, at: datetime) -> FormToken:
    """Return what a token says; raises TokenInvalid."""
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        raise TokenInvalid
    nonce, time, mac = parts
    if not hmac.compare_digest(mac, _mac(key, page, nonce, time)):
        raise TokenInvalid
    issued_at = from_epoch_ms(int(time, 16))
    if at - issued_at > _LIFE:
        raise TokenInvalid
    receipt = hmac.new(key, b"receipt|" + nonce.encode(), hashlib.sha256).digest()[:10]
    return FormToken(issued_at=issued_at, receipt=receipt)


def _mac(key: bytes, page: str, nonce: str, time: str) -> str:
    message = f"token|{page}|{nonce}|{time}".encode()
    return _text(hmac.new(key, message, hashlib.sha256).digest()[:_MAC_BYTES])


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
