"""The decision on an appeal 复核意见书: filled from appeal and releases, given as a file."""

__all__ = ["filling"]
