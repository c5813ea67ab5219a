"""The Ed25519 signature over a score document."""

import base64
import copy
import hashlib
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.appraisal.record.scores import ScoreDocument, Signature
from survey.canonical import canonical

ALGORITHM = "Ed25519"


def sign(document: ScoreDocument, key: Ed25519PrivateKey) -> ScoreDocument:
    """Return the document with its signature: over all of it but the signature's value."""
    unsigned = _with(
        document,
        Signature(
            algorithm=ALGORITHM,
            key_id=key_id(key.public_key()),
            public_key=base64.b64encode(_raw(key.public_key())).decode(),
        ),
    )
    value = base64.b64encode(key.sign(canonical(unsigned.to_dict()))).decode()
    assert unsigned.release.signature is not None
    return _with(document, replace(unsigned.release.signature, value=value))


def _with(document: ScoreDocument, signature: Signature) -> ScoreDocument:
    return replace(document, release=replace(document.release, signature=signature))


def holds(document: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Say whether the document is exactly what the holder of the key signed."""
    unsigned = copy.deepcopy(document)
    value = base64.b64decode(unsigned["release"]["signature"].pop("value"))
    try:
        key.verify(value, canonical(unsigned))
    except InvalidSignature:
        return False
    return bool(unsigned["release"]["signature"]["key_id"] == key_id(key))


def key_id(key: Ed25519PublicKey) -> str:
    """Return the short name of a public key: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(_raw(key)).hexdigest()[:16]


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
