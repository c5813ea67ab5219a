"""Scores leave for other systems: document, tables, workbook."""

__all__ = [
    "document",
    "files",
    "schema",
    "schema_parts",
    "tables",
    "workbook",
]
