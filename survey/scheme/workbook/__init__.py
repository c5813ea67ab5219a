"""A county’s campaign as one workbook: sheets a clerk fills in, read as its folder is."""

__all__ = [
    "paths",
    "reading",
    "sheets",
    "writing",
]
