"""Other systems that take scores: their tokens, and what they said of releases."""

__all__ = [
    "acknowledgements",
    "checking",
    "limiting",
    "tokens",
    "words",
]
