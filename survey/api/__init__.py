"""API v1: other systems take released scores and say what became of them."""

__all__ = ["faults"]
