"""Jobs: what takes longer than a page may, done beside the requests, one at a time a campaign."""

__all__ = ["claiming", "files", "kinds", "running", "steps", "taking", "titles", "waiting"]
