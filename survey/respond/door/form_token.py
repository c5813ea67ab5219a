"""The signed token in a resident's form: no cookie, no stored state, and the receipt in it.

`nonce.time.mac`: whoever sends the same page twice sends the same nonce, and so gets the same
receipt; whoever did not get the page from here has no valid mac.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey import codes
from survey.clock import from_epoch_ms, to_epoch_ms

_LIFE = timedelta(days=30)
_NONCE_BYTES = 12
_MAC_BYTES = 16


class TokenInvalid(Exception):  # noqa: N818  an old page is nobody's error
    """The token is forged, for another page, or older than 30 days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToken:
    """What a valid token says: when its page was made, the two numbers of its answer, and a draw.

    The receipt proves the answer, the ticket opens what became of a comment: neither leads to the
    other without the nonce, which is not kept. The draw is a random byte that decides how the page
    is arranged: nobody chooses it.
    """

    issued_at: datetime
    receipt: bytes
    ticket: bytes
    draw: int


def issue(*, key: bytes, page: str, at: datetime, draw: int | None = None) -> str:
    """Return a new token for a page, named by its code and questionnaire version.

    With `draw` the page is arranged as another one was before it.
    """
    drawn = secrets.token_bytes(_NONCE_BYTES)
    nonce = _text(drawn if draw is None else drawn[:-1] + bytes([draw]))
    time = format(to_epoch_ms(at), "x")
    return f"{nonce}.{time}.{_mac(key, page, nonce, time)}"


def check(token: str, *, key: bytes, page: str, at: datetime) -> FormToken:
    """Return what a token says; raises TokenInvalid."""
    found = read(token, key=key, page=page)
    if at - found.issued_at > _LIFE:
        raise TokenInvalid
    return found


def read(token: str, *, key: bytes, page: str) -> FormToken:
    """Return what a token says however old it is; raises TokenInvalid if it is not ours."""
    parts = token.split(".")
    if len(parts) != 3 or not token.isascii():
        raise TokenInvalid
    nonce, time, mac = parts
    if not hmac.compare_digest(mac, _mac(key, page, nonce, time)):
        raise TokenInvalid
    return FormToken(
        issued_at=from_epoch_ms(int(time, 16)),
        receipt=_number(key, "receipt", nonce)[: codes.RECEIPT_BYTES],
        ticket=_number(key, "case", nonce)[: codes.TICKET_BYTES],
        draw=base64.urlsafe_b64decode(nonce)[-1],
    )


def _number(key: bytes, of: str, nonce: str) -> bytes:
    return hmac.digest(key, f"{of}|{nonce}".encode(), "sha256")


def _mac(key: bytes, page: str, nonce: str, time: str) -> str:
    message = f"token|{page}|{nonce}|{time}".encode()
    return _text(hmac.digest(key, message, "sha256")[:_MAC_BYTES])


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
