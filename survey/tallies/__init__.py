"""Answers counted up to a place in the ledger, kept, and carried on: no page counts them all."""

__all__ = ["counting", "keeping", "place", "told"]
