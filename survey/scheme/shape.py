"""What a document read from YAML or JSON must look like, and where it does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

Shape = Any  # a Leaf, a Named, a Listed, a Maybe, or a dict of shapes by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A single value: its test and what to say where it fails."""

    holds: Callable[[Any], bool]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Named:
    """Any names, each with a value of one shape; at least one."""

    each: Shape


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of values of one shape; at least one."""

    each: Shape


@dataclass(frozen=True, slots=True)
class Maybe:
    """May be left out; looked at where it is given."""

    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a document has not its shape."""

    field: str
    zh: str
    en: str


def is_number(value: object) -> bool:
    """Say whether a value is a finite number, which YAML's true and .nan are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_code(value: object) -> bool:
    """Say whether a text can stand in an address and in the name of a file."""
    return isinstance(value, str) and re.fullmatch(r"\w[\w.-]{0,39}", value) is not None


TEXT = Leaf(holds=_is_text, zh="应为文字（数字请加引号）", en="must be a text (numbers in quotes)")
CODE = Leaf(
    holds=is_code,
    zh="只能含文字、数字和 _ . -，以文字或数字开头，最多40个字符",
    en="must hold letters, digits and _ . - only, begin with a letter or digit, at most 40",
)
NUMBER = Leaf(holds=is_number, zh="应为数字", en="must be a number")
COUNT = Leaf(holds=_is_count, zh="应为非负整数", en="must be a whole number of zero or more")
WHOLE = Leaf(
    holds=lambda value: isinstance(value, int) and not isinstance(value, bool),
    zh="应为整数",
    en="must be a whole number",
)
FLAG = Leaf(
    holds=lambda value: isinstance(value, bool),
    zh="应为 true 或 false（不加引号）",
    en="must be true or false (without quotes)",
)
MOMENT = Leaf(
    holds=_is_moment,
    zh="应为带时区的时间，如 2026-12-01T00:00:00+08:00",
    en="must be a time with its offset, as 2026-12-01T00:00:00+08:00",
)


def faults(value: Any, shape: Shape, field: str = "") -> Iterator[Fault]:
    """Yield every place where ``value`` has not the shape; ``field`` is where it stands."""
    if isinstance(shape, Maybe):
        if value is not None:
            yield from faults(value, shape.shape, field)
    elif isinstance(shape, Leaf):
        if not shape.holds(value):
            missing = value is None
            yield Fault(
                field=field,
                zh="缺少该项" if missing else f"“{value}”不符，{shape.zh}",
                en="is missing" if missing else f"{value!r} {shape.en}",
            )
    elif isinstance(shape, Listed):
        yield from _listed_faults(value, shape, field)
    else:
        yield from _named_faults(value, shape, field)


def _listed_faults(value: Any, shape: Listed, field: str) -> Iterator[Fault]:
    if not isinstance(value, list) or not value:
        yield Fault(field=field, zh="缺少该项（应为列表）", en="is missing (a list)")
        return
    for place, entry in enumerate(value):
        yield from faults(entry, shape.each, f"{field}[{place}]")


def _named_faults(value: Any, shape: Named | Mapping[str, Shape], field: str) -> Iterator[Fault]:
    if not isinstance(value, Mapping) or not value:
        yield Fault(field=field, zh="缺少该项（应为键值结构）", en="is missing (named entries)")
        return
    shapes = dict.fromkeys(value, shape.each) if isinstance(shape, Named) else shape
    for name, inner in shapes.items():
        yield from faults(value.get(name), inner, f"{field}.{name}" if field else str(name))
