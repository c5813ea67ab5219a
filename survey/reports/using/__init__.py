"""What results are used for: year over year, tables for budgets and cadre files, the register."""

__all__ = ["sheets", "years"]
