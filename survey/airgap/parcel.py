"""A parcel: one numbered, signed file of a series that goes one way to one receiving side."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.canonical import canonical
from survey.exchange.package.container import packed, unpacked
from survey.problems import Refused
from survey.verification.signature import key_id, public_key, raw

KIND, VERSION = "public-review-parcel", 1
FIRST = "0" * 64  # what the first of a series names as the one before
SCORES = "scores/"

_MANIFEST, _SIGNATURE = "manifest.json", "manifest.sig"
_SERIES = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_NUMBER = 999_999
_END = b"PK\x05\x06"  # what the last 22 bytes of an archive without a comment begin with
_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, binascii.Error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A parcel whose files are those of its manifest, under a signature that holds."""

    series: str
    number: int
    previous: str
    made_at: str
    digest: str
    files: Mapping[str, bytes]
    content: bytes

    @property
    def name(self) -> str:
        """Return what its file is called."""
        return file_name(self.series, self.number)


def file_name(series: str, number: int) -> str:
    """Return what the file of a parcel is called."""
    return f"{series}-{number:06}.zip"


def manifest_of(
    *,
    series: str,
    number: int,
    previous: str,
    made_at: str,
    key: Ed25519PublicKey,
    files: Mapping[str, bytes],
) -> dict[str, Any]:
    """Return what a parcel says of itself: place in its series, who sends, each file's digest."""
    return {
        "kind": KIND,
        "version": VERSION,
        "series": series,
        "number": number,
        "previous": previous,
        "made_at": made_at,
        "from": {"key_id": key_id(key), "public_key": base64.b64encode(raw(key)).decode()},
        "files": {name: _told(files[name]) for name in sorted(files)},
    }


def signed(manifest: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return the signature over a manifest, in base64."""
    return base64.b64encode(key.sign(canonical(manifest))).decode()


def packed_parcel(manifest: Mapping[str, Any], signature: str, files: Mapping[str, bytes]) -> bytes:
    """Return a parcel's file; the same parcel is always the same bytes."""
    return packed({**files, _MANIFEST: canonical(manifest), _SIGNATURE: f"{signature}\n".encode()})


def is_whole(content: bytes) -> bool:
    """Say whether an archive has its end; a file that is still being copied has not."""
    return content[-22:-18] == _END


def open_parcel(content: bytes, *, file: str, key: Ed25519PublicKey) -> Parcel:
    """Read a parcel that the holder of the key made.

    Raises Refused, naming the `file`, where anything of it is not byte by byte what was signed.
    """
    with unpacked(content, file=file) as archive:
        files = dict(archive)
    try:
        manifest = files.pop(_MANIFEST)
        signature = base64.b64decode(files.pop(_SIGNATURE), validate=False)
        key.verify(signature, manifest)
        told = json.loads(manifest)
        sound = _is_sound(told, manifest)
    except InvalidSignature as error:
        raise _unsigned(file) from error
    except _UNREADABLE as error:
        raise _no_parcel(file) from error
    if not sound:
        raise _no_parcel(file)
    listed = {name: _told(each) for name, each in files.items()}
    if listed != told["files"] or packed_parcel(told, _text(signature), files) != content:
        raise _other_files(file)
    return Parcel(
        series=told["series"],
        number=told["number"],
        previous=told["previous"],
        made_at=told["made_at"],
        digest=hashlib.sha256(content).hexdigest(),
        files=files,
        content=content,
    )


def reopen_parcel(content: bytes, *, file: str) -> Parcel:
    """Read a parcel that was accepted before, by the key it names: a sender may have another now.

    Raises Refused where it is not what was accepted.
    """
    try:
        with unpacked(content, file=file) as archive:
            said = json.loads(archive[_MANIFEST])
        key = public_key(said["from"]["public_key"])
    except _UNREADABLE as error:
        raise _no_parcel(file) from error
    return open_parcel(content, file=file, key=key)


def _text(signature: bytes) -> str:
    return base64.b64encode(signature).decode()


def _told(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _is_sound(told: Any, manifest: bytes) -> bool:
    """Say whether a signed manifest is one of a parcel, in its one spelling."""
    number = told["number"]
    return (
        canonical(told) == manifest
        and (told["kind"], told["version"]) == (KIND, VERSION)
        and type(number) is int
        and 1 <= number <= _MOST_NUMBER
        and _SERIES.fullmatch(told["series"]) is not None
        and _DIGEST.fullmatch(told["previous"]) is not None
        and (number == 1) == (told["previous"] == FIRST)
        and isinstance(told["made_at"], str)
    )


def _unsigned(file: str) -> Refused:
    return Refused.of(
        file=file,
        zh="签名与给定的公钥不符：被改动过，或不是这个单位发出的",
        en="is not signed by the key that was given: altered, or from somebody else",
    )


def _no_parcel(file: str) -> Refused:
    return Refused.of(
        file=file,
        zh="不是传递包（survey airgap send 写出的文件）",
        en="is no parcel as `survey airgap send` writes it",
    )


def _other_files(file: str) -> Refused:
    return Refused.of(
        file=file,
        zh="其中的文件不是清单所列的：有缺少、多余或被改动的",
        en="its files are not those its manifest lists: one is missing, too many or altered",
    )
