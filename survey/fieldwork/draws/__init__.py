"""Draws of invited people on record: roster and plan before, the seed after, each by two."""

__all__ = ["deeds", "recorded"]
