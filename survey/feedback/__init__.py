"""A comment is dealt with: verified, assigned, answered, published."""

__all__ = [
    "cases",
    "climbing",
    "coaching",
    "deadlines",
    "erasure",
    "kinds",
    "likeness",
    "listing",
    "redact",
    "register",
    "tickets",
    "withdrawing",
    "withdrawn",
    "words_said",
]
