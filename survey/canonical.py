"""The one spelling of content that digests and signatures are taken of."""

import hashlib
import json
from typing import TypeAlias

# What a JSON file says where nobody but digests and comparisons asks: it is passed on as it is,
# and whoever reads a member has to look what it is.
JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]

# Made once: making one takes as long as spelling a short content.
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(content: object) -> bytes:
    """Return content that JSON can hold in its one spelling: sorted keys, no spaces, UTF-8.

    Text and whole numbers are spelled alike by every language; figures as Python writes them.
    """
    return _ENCODER.encode(content).encode()


def digest_of(content: object) -> str:
    """Return the SHA-256 of content in its one spelling, in hexadecimal."""
    return hashlib.sha256(canonical(content)).hexdigest()
