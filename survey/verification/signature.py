"""Whether the signature over a score document holds."""

import base64
import hashlib
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from survey.canonical import canonical


def holds(document: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Say whether the document is exactly what the holder of the key signed."""
    signature = dict(document["release"]["signature"])
    value = base64.b64decode(signature.pop("value"))
    unsigned = document | {"release": document["release"] | {"signature": signature}}
    try:
        key.verify(value, canonical(unsigned))
    except InvalidSignature:
        return False
    return bool(signature["key_id"] == key_id(key))


def key_id(key: Ed25519PublicKey) -> str:
    """Return the short name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(raw(key)).hexdigest()[:16]


def raw(key: Ed25519PublicKey) -> bytes:
    """Return the 32 bytes of a public key."""
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def public_key(text: str) -> Ed25519PublicKey:
    """Return a public key from its base64, as it is published."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))
