"""What was sealed is compared with what is stored, before anybody uses it."""

__all__ = [
    "amendments",
    "calls",
    "counties",
    "entrances",
    "files",
    "meanwhile",
    "signature",
    "whole",
]
