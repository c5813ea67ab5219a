"""What a ground is: a generator whose truth is known, and our estimate of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey.stats.arrays import FloatArray

Table = Mapping[str, Any]  # columns of equal length


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One draw: what everybody is given by name, and what nobody is given."""

    truth: FloatArray
    tables: Mapping[str, Table]
    kept: Any = None  # what ours alone can read; the tables hold the same data


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Estimates of all targets with their 95 % intervals."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A case. ``owner`` is the rival whose ground it is; ``chunk`` draws are kept at a time."""

    name: str
    owner: str
    repeats: int
    draw: Callable[[np.random.Generator, int], Drawn]
    ours: Callable[[Drawn], Found]
    chunk: int = 20


def normal(value: FloatArray, se: FloatArray) -> Found:
    half = 1.959963984540054 * se
    return Found(value=value, lower=value - half, upper=value + half)
