"""Samples drawn from a table."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray


def rows(
    people: Mapping[str, FloatArray], taken: IndexArray, names: tuple[str, ...]
) -> dict[str, FloatArray]:
    return {name: people[name][taken] for name in names}


def systematic(chance: FloatArray, rng: np.random.Generator) -> IndexArray:
    """Rows drawn with these chances, which sum to a whole number, in random order of the list."""
    order = rng.permutation(chance.size)
    steps = np.arange(round(chance.sum())) + rng.random()
    return np.sort(
        order[np.searchsorted(np.cumsum(chance[order]), steps).clip(max=chance.size - 1)]
    )
