"""The proof that answers were counted and not changed: an append-only Merkle tree (RFC 6962)."""
