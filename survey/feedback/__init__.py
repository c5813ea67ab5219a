"""A comment is dealt with: verified, assigned, answered, published."""

__all__ = [
    "cases",
    "coaching",
    "deadlines",
    "erasure",
    "listing",
    "redact",
    "tickets",
]
