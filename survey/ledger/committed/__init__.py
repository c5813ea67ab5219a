"""One-time codes committed before anybody can answer by them, and answers held against them."""

__all__ = ["balance", "commitments", "used"]
