"""Visits by inspectors 察访核验: entered, counted by two persons, a line beside the score."""

__all__ = ["deciding", "standing"]
