"""Invited answers that are not what an invited person thinks: captured codes, coached people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import IndexArray
from survey.stats.campaign.sample import Sample

Capture = Literal["full", "careful", "batch"]
_BEST_OF = {"full": 1.0, "careful": 0.8, "batch": 1.0}
_AN_EVENING = 3 * 3600
_AT_ONE_PLACE = 4  # answers from each network of those who work off a batch


def capture_codes(
    sample: Sample,
    *,
    rows: IndexArray,
    share: float,
    kind: Capture,
    best: int,
    rng: np.random.Generator,
) -> Sample:
    """Return the answers with a share of these invited ones given by the unit's own people.

    "full": nothing but the best answer; "careful": each item the best four times in five, else
    the next. Both by chance among ``rows``, so spread over groups, issuers and batches, at the
    moments and on the devices of those whose codes they were. "batch": codes that follow one
    another in the order of issue, the best answer alone, within an evening, on a few networks.
    """
    number, k = round(share * rows.size), sample.items.shape[1]
    if kind == "batch":
        in_order = rows[np.argsort(sample.token[rows], kind="stable")]
        start = rng.integers(0, rows.size - number + 1)
        taken = in_order[start : start + number]
    else:
        taken = rng.choice(rows, number, replace=False)
    items = sample.items.copy()
    items[taken] = best - 1 + (rng.random((number, k)) < _BEST_OF[kind])
    changed = replace(sample, items=items)
    return _worked_off(changed, taken, rng) if kind == "batch" else changed


def _worked_off(sample: Sample, taken: IndexArray, rng: np.random.Generator) -> Sample:
    moment, took = sample.submitted_at.copy(), sample.duration_ms.copy()
    network = sample.network.copy()
    moment[taken] = moment[taken].min() + np.sort(rng.integers(0, _AN_EVENING, taken.size))
    took[taken] = rng.integers(22_000, 60_000, taken.size)
    network[taken] = network.max() + 1 + np.arange(taken.size) // _AT_ONE_PLACE
    return replace(sample, submitted_at=moment, duration_ms=took, network=network)


_PATTERNS: Mapping[str, Callable[[int, int, np.random.Generator], NDArray[np.int8]]] = {
    "all 5": lambda n, k, _: np.full((n, k), 5, dtype=np.int8),
    "all 4": lambda n, k, _: np.full((n, k), 4, dtype=np.int8),
    "5 and 4": lambda n, k, rng: rng.integers(4, 6, (n, k)).astype(np.int8),
    "5, 4, 5, 4": lambda n, k, _: np.tile(5 - np.arange(k) % 2, (n, 1)).astype(np.int8),
}


def coach(
    sample: Sample, *, rows: IndexArray, share: float, pattern: str, rng: np.random.Generator
) -> Sample:
    """Return the answers with the first of these told what to tick, of five answers.

    ``pattern`` is "all 5", "all 4", "5 and 4" by chance, or "5, 4, 5, 4" in that order.
    """
    told = rows[: round(share * rows.size)]
    items = sample.items.copy()
    items[told] = _PATTERNS[pattern](told.size, items.shape[1], rng)
    return replace(sample, items=items)


def raise_by_one(
    sample: Sample, *, rows: IndexArray, share: float, best: int, rng: np.random.Generator
) -> Sample:
    """Return the answers with a share of these given by staff who hold codes as residents do.

    Each says one better than the resident would have said, and never less than the last but one.
    """
    taken = rng.choice(rows, round(share * rows.size), replace=False)
    items = sample.items.copy()
    items[taken] = np.clip(items[taken] + 1, best - 1, best)
    return replace(sample, items=items)
