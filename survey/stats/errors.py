"""Errors of the statistics: the caller's mistakes, each with a code that never changes."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from survey.stats.values import Value, spelt


class StatsError(ValueError):
    """Base of every error raised by ``survey.stats``.

    Parameters
    ----------
    reason
        Which of the mistakes of this kind, where there are several.
    **values
        What it is about: names, numbers, limits. ``str(error)`` spells them for developers;
        sentences with a remedy are made by who shows the error.

    Attributes
    ----------
    code
        Stable identifier of the kind of mistake; tested, never reworded.
    """

    code: ClassVar[str] = "stats_error"

    def __init__(self, reason: str = "", /, **values: Value) -> None:
        self.reason = reason
        self.values = values
        super().__init__(spelt(self.full_code, values))

    @property
    def full_code(self) -> str:
        """Code and reason."""
        return f"{self.code}.{self.reason}" if self.reason else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how another process builds the same error: from reason and values."""
        return partial(type(self), **self.values), (self.reason,)
