"""How a message to another system is signed: Standard Webhooks, with a secret both sides have.

https://www.standardwebhooks.com: `v1` is HMAC-SHA256 over id, moment and body.
"""

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"
_BYTES = 32


def new_secret() -> str:
    """Return a secret that nobody has yet."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signature(secret: str, *, message_id: str, moment: int, body: bytes) -> str:
    """Return the `webhook-signature` of a message; `moment` counts seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
