"""The case file of a suspicion of organised answering."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray

KINDS = (
    "burst",
    "shared_network",
    "shared_device",
    "code_sequence",
    "dense_block",
    "coached_pattern",
    "coached_group",
)
_COVERED = 0.8  # a case with so much of it already told says nothing new


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One case for people to decide on.

    Attributes
    ----------
    kind : str
        One of ``KINDS``.
    unit : int
    rows : ndarray of intp
        The responses it is about, ascending.
    when : tuple of int
        First and last moment of them, seconds.
    n : int
        How many responses it is about.
    alike : bool
        Whether its answers are identical or nearly so.
    keep : float
        Respondents' weight that honest answering explains and that is left to them; of a coached
        group, which loses none, the answers that honest answering explains.
    certainty : float
        1 - expected number of equally striking cases in a whole campaign without any
        organised answering; at least 1 - the false-alarm rate asked for.
    score_with, score_without : float
        Plain mean of the unit's scores with and without the rows; nan if none are left.
    """

    kind: str
    unit: int
    rows: IndexArray
    when: tuple[int, int]
    n: int
    alike: bool
    keep: float
    certainty: float
    score_with: float
    score_without: float

    @property
    def minutes(self) -> float:
        """Time from the first of its responses to the last."""
        return (self.when[1] - self.when[0]) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """A finding in the making.

    Attributes
    ----------
    kind : str
    rows : ndarray of intp
    keep : float
    alarms : float
        Expected number of such cases among honest answers alone.
    alike : bool
        Whether its answers are identical or nearly so.
    """

    kind: str
    rows: IndexArray
    keep: float
    alarms: float
    alike: bool


def write_up(
    case: Suspicion,
    *,
    row: IndexArray,
    unit: IndexArray,
    score: FloatArray,
    submitted_at: NDArray[np.int64],
) -> Finding:
    """Complete a case; ``row`` leads from its rows to those of the caller."""
    number = int(unit[case.rows[0]])
    here = unit == number
    without = here.copy()
    without[case.rows] = False
    when = int(submitted_at[case.rows].min()), int(submitted_at[case.rows].max())
    return Finding(
        kind=case.kind,
        unit=number,
        rows=np.sort(row[case.rows]),
        when=when,
        n=case.rows.size,
        alike=case.alike,
        keep=case.keep,
        certainty=1.0 - case.alarms,
        score_with=float(score[here].mean()),
        score_without=float(score[without].mean()) if without.any() else float("nan"),
    )


def without_repeats(cases: list[Suspicion], n: int) -> list[Suspicion]:
    """Leave out cases whose answers earlier ones have nearly all told of."""
    told = np.zeros(n, dtype=np.bool_)
    kept = []
    for case in cases:
        if told[case.rows].mean() < _COVERED:
            kept.append(case)
            told[case.rows] = True
    return kept
