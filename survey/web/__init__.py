"""What every page shares: request, headers, errors, downloads, charts, QR codes, health."""

__all__ = [
    "alterations",
    "called",
    "catalogue",
    "charts",
    "downloads",
    "heads_watch",
    "health",
    "hosts",
    "indents",
    "key_pages",
    "log_lines",
    "pages",
    "qr",
    "request",
    "wiring",
]
