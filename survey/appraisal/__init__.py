"""Answers become a score: loaded, appraised, compared, released, shown."""

__all__ = ["listing", "record", "release", "run", "score_document"]
