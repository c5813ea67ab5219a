"""Codes and posters against the deeds that issued, committed or withdrew them."""

__all__ = ["codes", "committed", "withdrawn"]
