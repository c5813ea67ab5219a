"""Scores leave for other systems: document, tables, workbook."""
