"""What a notice or an error says about: plain values under their names, never a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | float | tuple[Value, ...] | None"


def spelt(code: str, values: Mapping[str, Value]) -> str:
    """Return code and values in one line, for developers; sentences are made elsewhere."""
    told = ", ".join(f"{name}={_spelt(value)}" for name, value in values.items())
    return f"{code}: {told}" if told else code


def _spelt(value: Value) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_spelt, value))})"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
