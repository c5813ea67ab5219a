"""Errors of the statistics: a code that never changes, and values; no sentence."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar, TypeAlias

Value: TypeAlias = "str | int | float | tuple[Value, ...] | None"


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


def spelt(code: str, values: Mapping[str, Value]) -> str:
    """Return code and values in one line, for developers; sentences are made elsewhere."""
    told = ", ".join(f"{name}={_spelt(value)}" for name, value in values.items())
    return f"{code}: {told}" if told else code


def _spelt(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_spelt, value))})"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
