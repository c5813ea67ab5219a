"""The web forms: the questionnaire as residents fill it in, and the office’s own."""

__all__ = [
    "arrangement",
    "case",
    "fields",
    "local_items",
    "office",
    "questionnaire",
    "relevance",
    "relevance_words",
    "sheet",
    "sign_in",
]
