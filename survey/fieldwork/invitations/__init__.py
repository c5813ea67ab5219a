"""One-time codes: issued, batched, for one unit or several."""

__all__ = [
    "answered",
    "balance",
    "batches",
    "beyond_plan",
    "chances",
    "covered",
    "issuing",
    "withdrawals",
    "withdrawing",
]
