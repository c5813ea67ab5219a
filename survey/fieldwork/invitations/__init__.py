"""One-time codes: issued, batched, for one unit or several."""

__all__ = ["covered", "issuing"]
