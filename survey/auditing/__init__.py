"""The audit, read: who did what and when, found, as sentences, as a table to take away."""

__all__: list[str] = []
