"""What a score page says beside its figures: conclusions, notices counted, items and reasons."""

__all__ = ["conclusions", "notice_groups", "selection", "unit_items"]
