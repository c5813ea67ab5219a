"""Answers let go of whoever gave them, once nobody can contest the score any more."""

__all__ = ["anonymising"]
