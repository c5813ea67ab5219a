"""Scores across an air gap: numbered parcels one way, receipts carried back."""

__all__ = ["place"]
