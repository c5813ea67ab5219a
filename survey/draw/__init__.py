"""The draw of invited people: from a roster fixed before, by a public seed, for all to repeat."""

__all__ = ["drawn_from", "drawn_list", "files", "fixing"]
