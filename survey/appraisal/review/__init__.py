"""Findings about answers as case files: two people decide, a third where they differ."""

__all__ = ["decisions_file", "kinds", "standing", "weighing_job"]
