"""A resident answers: page, intake, receipt."""

__all__ = [
    "door",
    "intake",
    "page",
    "presentation",
    "questionnaire",
    "quick",
]
