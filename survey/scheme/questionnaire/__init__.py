"""What questionnaire.json may say, and whether it can be asked."""

__all__ = ["common_items", "crosswise"]
