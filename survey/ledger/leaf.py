"""What a leaf of the ledger states of one response, without telling the response.

The content is hidden behind a salt that is kept with the row; the index makes a leaf that is
moved to another place as false as one that is changed.
"""

import hashlib
from typing import Any


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
