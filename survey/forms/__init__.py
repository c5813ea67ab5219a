"""The web forms: the questionnaire as residents fill it in, and the office’s own."""

__all__ = [
    "appeal",
    "arrangement",
    "audit_filter",
    "case",
    "fields",
    "headings",
    "interview",
    "keying",
    "local_items",
    "office",
    "on_site",
    "people",
    "questionnaire",
    "receiver",
    "relevance",
    "relevance_words",
    "review",
    "sheet",
    "sign_in",
]
