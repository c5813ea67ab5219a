"""The proof that answers were counted and not changed: an append-only Merkle tree (RFC 6962)."""

__all__ = [
    "anonymous",
    "appealed",
    "book",
    "checker",
    "head",
    "heads_file",
    "inspection",
    "leaf",
    "leaving",
    "proposed",
    "publication",
    "records",
    "reviewed",
    "signing",
    "standing",
    "standing_words",
    "tree",
    "visited",
    "watch",
    "witnessed",
]
