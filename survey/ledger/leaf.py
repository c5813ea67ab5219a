"""What a leaf of the ledger states of one response, without telling the response.

The content is hidden behind a salt that is kept with the row; the index makes a leaf that is
moved to another place as false as one that is changed.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from survey.ledger.checker import leaf_hash


def statement(
    *, campaign_code: str, index: int, receipt: bytes, salt: bytes, content: str
) -> dict[str, Any]:
    """Return what the leaf states; `content` is all of the response that can move a score."""
    return {
        "campaign": campaign_code,
        "content": hashlib.sha256(salt + content.encode()).hexdigest(),
        "index": index,
        "receipt": receipt.hex(),
        "version": 1,
    }


def ledger_content(row: Mapping[str, Any]) -> str:
    """Return what a ledger leaf commits to: the whole of a response but its salt and place.

    An answer by a one-time code opens in it what was committed of that code.
    """
    plain = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in row.items()
        if name not in {"id", "salt", "leaf", "leaf_index"}
    }
    if plain.get("code_opening") is None:  # as before there was one: those leaves stay as they are
        plain.pop("code_opening", None)
    return json.dumps(plain, separators=(",", ":"), sort_keys=True)


def row_statement(row: Mapping[str, Any], *, campaign_code: str) -> dict[str, Any]:
    """Return what the ledger's leaf of a response's row states."""
    return statement(
        campaign_code=campaign_code,
        index=row["leaf_index"],
        receipt=row["receipt"],
        salt=row["salt"],
        content=ledger_content(row),
    )


def row_leaf(row: Mapping[str, Any], *, campaign_code: str) -> bytes:
    """Return the ledger leaf of a response's row."""
    return leaf_hash(row_statement(row, campaign_code=campaign_code))
