"""Scores leave for other systems: document, tables, workbook."""

__all__ = [
    "document",
    "files",
    "microdata",
    "package",
    "schema",
    "schema_parts",
    "tables",
    "workbook",
]
