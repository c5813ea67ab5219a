"""A questionnaire’s further items as an XLSForm: read by row and column, and written again."""

__all__ = ["reading", "writing"]
