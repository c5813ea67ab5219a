"""What came in through one channel: respondents and their ratings."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.simulation.county import VARIABLES

FIELDWORK_MINUTES = 20 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Answers through one channel: respondents (n) and their ratings (r).

    Attributes
    ----------
    codes : ndarray of intp, shape (n, 4)
    group : ndarray of intp, shape (n,)
        Place in the plan; 0 for residents.
    network, minute : ndarray of int64, shape (n,)
    seconds : ndarray of float64, shape (n,)
    honest : ndarray of bool, shape (n,)
        For measurement alone: no estimator looks at it.
    person : ndarray of intp, shape (r,)
        Row of the respondent.
    unit : ndarray of intp, shape (r,)
    points : ndarray of float64, shape (r,)
    """

    codes: IndexArray
    group: IndexArray
    network: NDArray[np.int64]
    minute: NDArray[np.int64]
    seconds: FloatArray
    honest: BoolArray
    person: IndexArray
    unit: IndexArray
    points: FloatArray


def nobody() -> Sheets:
    """Return a channel through which nothing came."""
    none, reals = np.zeros(0, dtype=np.intp), np.zeros(0)
    return Sheets(
        codes=np.zeros((0, len(VARIABLES)), dtype=np.intp), group=none,
        network=none.astype(np.int64), minute=none.astype(np.int64), seconds=reals,
        honest=np.zeros(0, dtype=np.bool_), person=none, unit=none, points=reals,
    )  # fmt: skip


def together(first: Sheets, second: Sheets) -> Sheets:
    """Return the answers of both, the second's respondents numbered after the first's."""
    joined = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("codes", "group", "network", "minute", "seconds", "honest", "unit", "points")
    }
    person = np.concatenate([first.person, second.person + first.network.size])
    return replace(first, person=person, **joined)
