"""Parcels made without any installation: a sender with a key of its own."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from survey.airgap.parcel import FIRST, Parcel, manifest_of, open_parcel, packed_parcel, signed
from survey.verification.signature import raw

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
SERIES = "city-0123456789abcdef"


def parcel(
    number: int,
    *,
    before: Parcel | None = None,
    series: str = SERIES,
    key: Ed25519PrivateKey = KEY,
    files: Mapping[str, bytes] | None = None,
) -> Parcel:
    """Return the parcel of a number, after the one before it."""
    held = files or {f"scores/A-R{number}.json": json.dumps({"number": number}).encode()}
    manifest = manifest_of(
        series=series,
        number=number,
        previous=before.digest if before else FIRST if number == 1 else "1" * 64,
        made_at="2026-12-25T00:00:00Z",
        key=key.public_key(),
        files=held,
    )
    content = packed_parcel(manifest, signed(manifest, key), held)
    return open_parcel(content, file="made", key=key.public_key())


def chain(n: int) -> list[Parcel]:
    """Return the first n parcels of a series."""
    made: list[Parcel] = []
    for number in range(1, n + 1):
        made.append(parcel(number, before=made[-1] if made else None))
    return made


def bring(folder: Path, *parcels: Parcel) -> None:
    """Put parcels into a folder, as somebody with a stick does."""
    folder.mkdir(exist_ok=True)
    for each in parcels:
        (folder / each.name).write_bytes(each.content)


def pem(key: Ed25519PrivateKey) -> bytes:
    """Return a key as a file that signs."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public(key: Ed25519PrivateKey) -> str:
    """Return a key's public part as it stands on paper."""
    return base64.b64encode(raw(key.public_key())).decode()
