"""Answers become a score: loaded, appraised, compared, released, shown."""

__all__ = [
    "anonymity",
    "key_destruction",
    "listing",
    "record",
    "release",
    "responses_file",
    "run",
    "score_document",
]
