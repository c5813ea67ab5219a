"""Errors of the statistics: the caller's mistakes, each with a code that never changes."""

from __future__ import annotations

from typing import ClassVar


class StatsError(ValueError):
    """Base of every error raised by ``survey.stats``.

    Parameters
    ----------
    message
        What was wrong, in English, for developers and for the command line.
    hint
        What the caller can do about it.

    Attributes
    ----------
    code
        Stable identifier of the kind of mistake; tested, never reworded.
    """

    code: ClassVar[str] = "stats_error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message} ({hint})" if hint else message)
