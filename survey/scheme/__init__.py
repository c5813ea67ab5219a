"""A county’s scheme: its folder read, checked, and made the Plan the statistics work by."""

__all__ = ["county", "csv_rows", "debiasing_rules", "folder", "planning", "stored"]
