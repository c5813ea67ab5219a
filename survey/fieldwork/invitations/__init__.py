"""One-time codes: issued, batched, for one unit or several."""

__all__ = [
    "answered",
    "balancing",
    "batches",
    "beyond_plan",
    "chances",
    "covered",
    "issuing",
    "withdrawals",
    "withdrawing",
]
