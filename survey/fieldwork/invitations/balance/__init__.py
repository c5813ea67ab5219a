"""The balance of codes in the office: as a sheet, and signed by two once nobody can answer."""

__all__ = ["signing"]
