"""What every page shares: request, headers, errors, downloads, charts, health."""

__all__ = ["charts", "downloads", "heads_watch", "health", "indents", "pages", "request", "wiring"]
