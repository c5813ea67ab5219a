"""Answers become a score: loaded, appraised, compared, released, shown."""

__all__ = [
    "anonymity",
    "key_destruction",
    "listing",
    "record",
    "release",
    "run",
    "runs",
    "score_document",
]
