"""The Ed25519 signature over a score document."""

import base64
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.appraisal.record.scores import ScoreDocument, Signature
from survey.canonical import canonical
from survey.verification.signature import key_id, raw

ALGORITHM = "Ed25519"


def sign(document: ScoreDocument, key: Ed25519PrivateKey) -> ScoreDocument:
    """Return the document with its signature: over all of it but the signature's value."""
    unsigned = _with(
        document,
        Signature(
            algorithm=ALGORITHM,
            key_id=key_id(key.public_key()),
            public_key=base64.b64encode(raw(key.public_key())).decode(),
        ),
    )
    value = base64.b64encode(key.sign(canonical(unsigned.to_dict()))).decode()
    assert unsigned.release.signature is not None
    return _with(document, replace(unsigned.release.signature, value=value))


def _with(document: ScoreDocument, signature: Signature) -> ScoreDocument:
    return replace(document, release=replace(document.release, signature=signature))
