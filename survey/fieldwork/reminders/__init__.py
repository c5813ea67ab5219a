"""One-time codes not used yet: listed, reminded in waves, and what the waves tell of silence."""

__all__ = ["invited_people", "planned", "recording"]
