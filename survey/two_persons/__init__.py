"""A deed that takes two persons: what one of them proposes, another approves."""

__all__ = [
    "arguments",
    "both",
    "by_two",
    "case_log",
    "case_standing",
    "deed",
    "proposals",
    "waiting",
]
