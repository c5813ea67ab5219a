"""One-time codes: issued, batched, for one unit or several."""

__all__ = ["beyond_plan", "covered", "issuing"]
