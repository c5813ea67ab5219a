"""Answers become a score: loaded, appraised, compared, released, shown."""
