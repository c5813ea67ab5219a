"""Progress bulletins: due on the scheme’s days, told from the counters, kept as issued."""

__all__ = ["due"]
