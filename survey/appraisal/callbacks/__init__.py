"""Verification calls 回访核验: drawn, made by sheet, entered, and what they make of a score."""

__all__ = ["calls", "calls_file", "drawing_job"]
