"""What must be zero at the true slope: waves against one another, and the lots against each other.

Each is a sum over people; intercepts are solved anew for each slope, and their error is in the
people's contributions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.nonresponse.rounds import FIRST_LOT, SECOND_LOT, Cell, Rounds, cells_given


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Moments at one slope.

    Attributes
    ----------
    by_person : ndarray of float64, shape (m, q)
        Contributions, those to the intercepts' error included.
    slope : ndarray of float64, shape (q,)
        Derivative of their sums by g, the intercepts following.
    """

    by_person: FloatArray
    slope: FloatArray

    @property
    def misfit(self) -> float:
        """Q = h' Omega^-1 h: chi-squared with q - 1 degrees of freedom at its least."""
        total = self.by_person.sum(axis=0)
        return float(total @ np.linalg.solve(self._omega, total))

    @property
    def precision(self) -> float:
        """Of g: G' Omega^-1 G."""
        return float(self.slope @ np.linalg.solve(self._omega, self.slope))

    def step(self) -> tuple[float, float]:
        """Return how far the slope of the least misfit lies from here, and that misfit."""
        total = self.by_person.sum(axis=0)
        step = -float(self.slope @ np.linalg.solve(self._omega, total)) / self.precision
        return step, max(self.misfit - step**2 * self.precision, 0.0)

    @property
    def _omega(self) -> FloatArray:
        return np.asarray(self.by_person.T @ self.by_person)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A sum over people whose chances come from cells.

    ``value`` (m,) are the terms; ``odds`` holds, for each cell, minus the derivative of the term
    by the cell's log odds (m,).
    """

    value: FloatArray
    odds: Sequence[FloatArray]


def moments_of(rounds: Rounds, g: float) -> Moments:
    """Return the moments at a slope: one for each pair of waves, and one for lots."""
    cells = cells_given(rounds, g)
    parts = [_between(rounds, cells, k) for k in range(len(cells) - 1)]
    if _has_lots(rounds):
        parts.append(_of_lots(rounds, cells))
    found = [_with_intercepts(rounds, cells, part) for part in parts]
    return Moments(
        by_person=np.stack([terms for terms, _ in found], axis=1),
        slope=np.array([slope for _, slope in found]),
    )


def _between(rounds: Rounds, cells: Sequence[Cell], k: int) -> _Part:
    """Those silent after a wave, as it sees them, less the same as the next wave sees them."""
    here, after = cells[k], cells[k + 1]
    y = rounds.y
    odds = [np.zeros(y.size) for _ in cells]
    odds[k] = np.where(here.answered, y * (here.inverse - 1), 0.0)
    odds[k + 1] = -np.where(after.answered, y * (after.inverse - 1), 0.0)
    value = odds[k] - np.where(after.answered, y * after.inverse, 0.0)
    return _Part(value=value, odds=odds)


def of_lots_alone(rounds: Rounds, near: float) -> tuple[float, float] | None:
    """Return the slope by the lots alone and its error, from one step off a slope nearby.

    None where no lots were drawn, or nobody of one answered.
    """
    if not _has_lots(rounds):
        return None
    cells = cells_given(rounds, near)
    terms, slope = _with_intercepts(rounds, cells, _of_lots(rounds, cells))
    alone = Moments(by_person=terms[:, None], slope=np.array([slope]))
    return near + alone.step()[0], float(alone.precision**-0.5)


def _has_lots(rounds: Rounds) -> bool:
    first = (rounds.lot == FIRST_LOT) & (rounds.wave > 0) & rounds.early
    second = (rounds.lot == SECOND_LOT) & (rounds.wave == 1)
    return bool((first & (rounds.wave > 1)).any() and second.any())


def _of_lots(rounds: Rounds, cells: Sequence[Cell]) -> _Part:
    """Everybody as the first lot sees them when the turn of the second comes, less as that does."""
    y = rounds.y
    early = (rounds.lot == FIRST_LOT) & rounds.early & (rounds.wave > 0)
    late = (rounds.lot == SECOND_LOT) & (rounds.wave == 1)
    size = rounds.wave.size
    scale = [size / max(int((rounds.lot == lot).sum()), 1) for lot in (FIRST_LOT, SECOND_LOT)]
    # By then the first lot had had one reminder or more: the wave its last early answer came in.
    by_then = cells[: int(rounds.wave[early].max())]
    silent = np.prod([1 - 1 / cell.inverse for cell in by_then], axis=0)
    chance = np.where(early, 1 - silent, 1.0)
    by_turn = np.where(early, y / chance, 0.0) * scale[0]
    # d(1/P) / d(log odds of one of its waves k) = -(1 - P) pi_k / P^2.
    spread = np.where(early, y * silent / chance**2, 0.0) * scale[0]
    odds = [
        spread / cell.inverse if k < len(by_then) else np.zeros(y.size)
        for k, cell in enumerate(cells)
    ]
    first = cells[0].inverse
    odds[0] = odds[0] - np.where(late, y * (first - 1), 0.0) * scale[1]
    later = np.where(late, y * first, 0.0) * scale[1]
    return _Part(value=by_turn - later, odds=odds)


def _with_intercepts(
    rounds: Rounds, cells: Sequence[Cell], part: _Part
) -> tuple[FloatArray, float]:
    x, y = rounds.x, rounds.y
    terms, slope = part.value, 0.0
    for cell, odds in zip(cells, part.odds, strict=True):
        b = np.linalg.lstsq(cell.information, x.T @ odds, rcond=None)[0]
        own = np.where(cell.answered, cell.inverse, 0.0) - cell.asked
        terms = terms - own * (x @ b)
        weighed = np.where(cell.answered, cell.inverse - 1, 0.0) * y
        slope -= float(odds @ y) - float(b @ (x.T @ weighed))
    return terms, slope
