"""A comment is dealt with: verified, assigned, answered, published."""

__all__ = [
    "cases",
    "climbing",
    "coaching",
    "deadlines",
    "erasure",
    "kinds",
    "listing",
    "redact",
    "register",
    "tickets",
    "withdrawing",
    "withdrawn",
]
