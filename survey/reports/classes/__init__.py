"""One class of a release for leaders: its page, how far scores can be relied on, its paper."""

__all__ = ["page", "paper"]
