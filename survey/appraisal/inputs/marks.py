"""Marks and codes of answers: numbers that say which are equal, by first appearance."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from survey.stats.campaign.sample import NONE

_BYTES = 8  # of a mark as the intake makes it
_KEY = np.dtype([("of", np.int64), ("is_there", np.bool_)])

Keys = NDArray[Any]  # of _KEY: what tells a mark from all others, and whether there is one


def marks_kept(marks: Sequence[bytes | None]) -> Keys:
    """Return keyed hashes in nine bytes each; any of another length by its own digest."""
    held = [
        mark if len(mark) == _BYTES else hashlib.sha256(mark).digest()[:_BYTES]
        for mark in marks
        if mark is not None
    ]
    return _keys(marks, np.frombuffer(b"".join(held), dtype=np.int64))


def ids_kept(ids: Sequence[int | None]) -> Keys:
    """Return keys of other rows as marks are kept."""
    return _keys(ids, np.array([each for each in ids if each is not None], dtype=np.int64))


def numbered(keys: Keys) -> NDArray[np.int32]:
    """Return 0, 1, … by first appearance; nobody's where there is none."""
    out = np.full(keys.size, NONE, dtype=np.int32)
    is_there = keys["is_there"]
    _, first, place = np.unique(keys["of"][is_there], return_index=True, return_inverse=True)
    number = np.empty(first.size, dtype=np.int32)
    number[np.argsort(first)] = np.arange(first.size, dtype=np.int32)
    out[is_there] = number[place]
    return out


def _keys(given: Sequence[object], held: NDArray[np.int64]) -> Keys:
    found = np.zeros(len(given), dtype=_KEY)
    if len(held) == len(given):
        found["is_there"] = True
        found["of"] = held
        return found
    found["is_there"] = [each is not None for each in given]
    found["of"][found["is_there"]] = held
    return found
