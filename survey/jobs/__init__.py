"""Jobs: what takes longer than a page may, done beside the requests, one at a time a campaign."""

__all__ = ["asking", "ending", "files", "kinds", "running", "steps", "titles", "waiting"]
