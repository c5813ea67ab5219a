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
    "log_lines",
    "pages",
    "qr",
    "request",
    "wiring",
]
