"""Findings about answers as case files: two people decide, a third where they differ."""

__all__ = ["kinds", "standing"]
