"""The proof that answers were counted and not changed: RFC 6962 leaves and tree head.

A leaf commits to a response without telling it: the content is hidden behind a salt that is kept
with the row. Whoever changes, removes or inserts a row changes the root.
"""

import hashlib
import json
from collections.abc import Sequence

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf(*, campaign_code: str, receipt: bytes, salt: bytes, content: str) -> bytes:
    """Return the leaf hash of one response; `content` is all of it that can move a score."""
    hidden = hashlib.sha256(salt + content.encode()).hexdigest()
    canonical = json.dumps(
        {"campaign": campaign_code, "content": hidden, "receipt": receipt.hex(), "version": 1},
        separators=(",", ":"),
        sort_keys=True,
    )
    return hashlib.sha256(_LEAF + canonical.encode()).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the Merkle tree hash (RFC 6962, 2.1) of leaf hashes in their order."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [
            hashlib.sha256(_NODE + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        if len(level) % 2:  # an odd one out climbs unhashed, which is RFC 6962's unbalanced split
            paired.append(level[-1])
        level = paired
    return level[0]
