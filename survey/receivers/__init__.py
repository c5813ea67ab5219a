"""Other systems that take scores: their tokens and addresses, and what they said of releases."""

__all__ = [
    "acknowledgements",
    "addresses",
    "checking",
    "checking_deliveries",
    "destinations",
    "limiting",
    "outbox",
    "signing",
    "tokens",
    "words",
]
