"""Common items out of a city's plan as a signed file, and into a county's draft."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.canonical import canonical
from survey.problems import Refused
from survey.scheme.county import CountyFolder
from survey.scheme.questionnaire.common_items import common_digest, common_part, with_common_part
from survey.scheme.workbook.sheets import QUESTIONNAIRE, SHEETS, Sheets
from survey.scheme.workbook.writing import sheets_of
from survey.verification.signature import key_id, public_key, raw

KIND, VERSION = "public-review-common-items", 1
MOST_BYTES = 200_000

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError, binascii.Error)


def common_file(county: CountyFolder, *, organiser: str, key: Ed25519PrivateKey) -> bytes:
    """Return the common items of a plan as a file, signed; the same plan gives the same bytes.

    Raises Refused where the plan has no common item.
    """
    part = common_part(county.questionnaire)
    if not part["items"]:
        raise Refused.of(
            zh="方案里没有共性题（kind 为 common 的计分题）",
            en="the plan has no common item (a scored item of kind `common`)",
        )
    said = {
        "kind": KIND,
        "version": VERSION,
        "organiser": organiser,
        **part,
        "digest": common_digest(part),
    }
    public = key.public_key()
    told = {
        **said,
        "signature": {
            "algorithm": "Ed25519",
            "key_id": key_id(public),
            "public_key": base64.b64encode(raw(public)).decode(),
            "value": base64.b64encode(key.sign(canonical(said))).decode(),
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonItems:
    """The file as it was given, and the city's key from paper."""

    content: bytes
    file: str
    key: str

    @property
    def files(self) -> dict[str, str]:
        """The file's name and SHA-256, for the record."""
        return {self.file: hashlib.sha256(self.content).hexdigest()}

    def sheets(self, county: CountyFolder) -> Sheets:
        """Return the sheets of the questionnaire with the city's common items in it.

        Raises Refused where the city did not sign them.
        """
        said, signer = self._read()
        source = {
            "organiser": said["organiser"],
            "key_id": signer,
            "digest": said["digest"],
        }
        asked = with_common_part(county.questionnaire, said, source)
        filled = sheets_of(replace(county, questionnaire=asked))
        return {sheet.name: filled[sheet.name] for sheet in SHEETS if sheet.file == QUESTIONNAIRE}

    def _read(self) -> tuple[dict[str, Any], str]:
        try:
            said = json.loads(self.content.decode())
            signature = said.pop("signature")
            public = public_key(self.key.strip())
            public.verify(base64.b64decode(signature["value"]), canonical(said))
            part = {name: said[name] for name in ("scale", "items", "sitting_items")}
            sound = (said["kind"], said["version"]) == (KIND, VERSION)
            if not sound or said["digest"] != common_digest(part):
                raise ValueError
            if not isinstance(said["organiser"], str) or not said["organiser"].strip():
                raise ValueError
        except InvalidSignature as error:
            raise Refused.of(
                file=self.file,
                zh="签名与给定的公钥不符：被改动过，或不是市里发出的",
                en="is not signed by the key that was given: altered, or not the city's",
            ) from error
        except _UNREADABLE as error:
            raise Refused.of(
                file=self.file,
                zh="不是市里的共性题文件，或公钥填写有误；请照市里书面给出的核对",
                en="is no file of a city's common items, or the key is none; compare it with paper",
            ) from error
        return said, key_id(public)
