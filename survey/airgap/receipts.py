"""The receipt of a parcel: written by the receiving side, carried back by hand.

With a key it is signed; without one it has a digest, which finds a slip and proves nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.airgap.parcel import Parcel
from survey.canonical import canonical, digest_of
from survey.problems import Refused
from survey.verification.signature import key_id, public_key, raw

KIND, VERSION = "public-review-parcel-receipt", 1
MOST_BYTES = 10_000

_LONGEST_NAME = 60
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, binascii.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """A receipt as it was read: of which parcel, by whom, and the key that signed it if any."""

    series: str
    number: int
    parcel: str
    receiver: str
    received_at: str
    key_id: str


def receipt_name(parcel: Parcel) -> str:
    """Return what the file of a parcel's receipt is called."""
    return f"{parcel.series}-{parcel.number:06}.receipt.json"


def write_receipt(
    parcel: Parcel, *, name: str, key: Ed25519PrivateKey | None, at: datetime
) -> bytes:
    """Return the receipt of a parcel that was taken, signed where there is a key."""
    said: dict[str, Any] = {
        "kind": KIND,
        "version": VERSION,
        "series": parcel.series,
        "number": parcel.number,
        "parcel": parcel.digest,
        "receiver": name[:_LONGEST_NAME],
        "received_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    told = {**said, "digest": digest_of(said)}
    if key is not None:
        public = key.public_key()
        told["signature"] = {
            "algorithm": "Ed25519",
            "key_id": key_id(public),
            "public_key": base64.b64encode(raw(public)).decode(),
            "value": base64.b64encode(key.sign(canonical(said))).decode(),
        }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def read_receipt(content: bytes, *, file: str, key: str = "") -> Returned:
    """Read a receipt; with the receiving side's `key` (base64) it must be signed by that.

    Raises Refused, naming the `file`, where it is none, was altered, or is signed by another key.
    """
    try:
        said = json.loads(content[:MOST_BYTES].decode())
        signature, digest = said.pop("signature", None), said.pop("digest")
        if (said["kind"], said["version"], digest) != (KIND, VERSION, digest_of(said)):
            raise ValueError
        if type(said["number"]) is not int or len(said["receiver"]) > _LONGEST_NAME:
            raise ValueError
        signer = _signer(said, signature, key)
        return Returned(
            series=str(said["series"]),
            number=said["number"],
            parcel=str(said["parcel"]),
            receiver=str(said["receiver"]),
            received_at=str(said["received_at"]),
            key_id=signer,
        )
    except InvalidSignature as error:
        raise _not_signed(file) from error
    except _UNREADABLE as error:
        raise Refused.of(
            file=file,
            zh="不是传递包的回执，或被改动过；请接收方重新拷贝",
            en="is no receipt of a parcel, or was altered; ask the receiving side for it again",
        ) from error


def _signer(said: dict[str, Any], signature: dict[str, Any] | None, key: str) -> str:
    """Return the id of the key that signed, empty of none; raises InvalidSignature."""
    if signature is None:
        if key:
            raise InvalidSignature
        return ""
    public = public_key(key or signature["public_key"])
    public.verify(base64.b64decode(signature["value"]), canonical(said))
    if signature["key_id"] != key_id(public):
        raise InvalidSignature
    return key_id(public)


def _not_signed(file: str) -> Refused:
    return Refused.of(
        file=file,
        zh="签名不对：没有签名、被改动过，或不是这个接收方签的",
        en="its signature does not hold: there is none, it was altered, or another side signed it",
    )
