"""What every page shares: request, headers, errors, downloads, charts, health."""

__all__ = [
    "alterations",
    "charts",
    "downloads",
    "heads_watch",
    "health",
    "indents",
    "pages",
    "request",
    "wiring",
]
