"""A comment is dealt with: verified, assigned, answered, published."""

__all__ = [
    "cases",
    "coaching",
    "deadlines",
    "erasure",
    "kinds",
    "listing",
    "redact",
    "tickets",
]
