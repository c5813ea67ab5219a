"""A deed that takes two persons: what one of them proposes, another approves."""

__all__ = ["both", "by_two", "deeds", "proposals", "waiting"]
