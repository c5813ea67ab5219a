"""Counties' releases: the frozen one of 安澜县, altered and signed anew by each county's key."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from survey.canonical import canonical
from survey.city.taking import Offered
from survey.verification.signature import key_id, raw

FROZEN = Path(__file__).parents[1] / "snapshots/frozen/release.json"
Document = dict[str, Any]
KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    for number, name in enumerate(("安澜县", "临水县", "平川县", "望山县"), start=1)
}


def public(county: str) -> str:
    """Return a county's public key as it stands on paper."""
    return base64.b64encode(raw(KEYS[county].public_key())).decode()


def mark(county: str) -> str:
    """Return the fingerprint of a county's key as it stands on paper."""
    return key_id(KEYS[county].public_key())


def document(
    county: str,
    *,
    number: int = 1,
    change: Callable[[Document], None] = lambda _document: None,
) -> Document:
    """Return a county's release of a number, changed and then signed."""
    found: Document = deepcopy(json.loads(FROZEN.read_text("utf-8")))
    code = f"{mark(county)[:4].upper()}-2026"
    found["campaign"]["id"] = code
    release = found["release"]
    release |= {"id": f"{code}-R{number}", "number": number, "code_version": "0.1.0+abc"}
    # What passes is left out of the frozen file.
    release |= {"frozen_at": "2026-12-29T02:00:00Z", "data_digest": "0" * 64}
    release["ledger"] = {"size": 9135, "root": "0" * 64}
    release["supersedes"] = f"{code}-R{number - 1}" if number > 1 else None
    change(found)
    release["signature"] = {
        "algorithm": "Ed25519",
        "key_id": mark(county),
        "public_key": public(county),
    }
    release["signature"]["value"] = base64.b64encode(KEYS[county].sign(canonical(found))).decode()
    return found


def offered(found: Document, name: str = "") -> Offered:
    """Return a release as a file."""
    content = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return Offered(name=name or f"{found['release']['id']}.json", content=content)


def raised(points: float) -> Callable[[Document], None]:
    """Return a change that lifts every score by so many points."""

    def change(found: Document) -> None:
        for unit in found["units"]:
            for word in ("score", "lower", "upper"):
                if unit[word] is not None:
                    unit[word] = f"{float(unit[word]) + points:.2f}"

    return change
