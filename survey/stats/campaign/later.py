"""Figures that records of earlier programs do not have."""

LATER = {"optional": True}  # metadata of a field: left out of what is written where it is None
