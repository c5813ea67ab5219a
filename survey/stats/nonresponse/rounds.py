"""Invited people reminded in rounds, half of them by lot later than the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError

FEWEST = 10  # answers of a wave
NO_LOT, FIRST_LOT, SECOND_LOT = 0, 1, 2
_STEPS = 60
_CERTAIN = 60.0  # log odds


class RoundsError(StatsError):
    """Rounds of reminders that too few answered to compare them."""

    code: ClassVar[str] = "rounds_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """The invited people, one row each.

    Attributes
    ----------
    x : ndarray of float64, shape (m, p)
        Known of everybody, with the constant column first.
    wave : ndarray of int8, shape (m,)
        1 answered before the own first reminder, 2 after it, 3 after the own second, 0 never.
    lot : ndarray of int8, shape (m,)
        1 whose turn came first, 2 whose turn came later, 0 where no lots were drawn.
    early : ndarray of bool, shape (m,)
        Of the first lot: who had answered when the turn of the second came.
    y : ndarray of float64, shape (m,)
        Answers of those who answered, brought to mean 0 and SD 1; anything for the others.
    """

    x: FloatArray
    wave: NDArray[np.int8]
    lot: NDArray[np.int8]
    early: BoolArray
    y: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """People still silent when a wave began, and those of them who answered in it.

    Attributes
    ----------
    asked, answered : ndarray of bool, shape (m,)
    inverse : ndarray of float64, shape (m,)
        1 / chance of answering in the wave, as their answer has it.
    information : ndarray of float64, shape (p, p)
        Of the intercepts.
    """

    asked: BoolArray
    answered: BoolArray
    inverse: FloatArray
    information: FloatArray


def with_full_waves(rounds: Rounds) -> NDArray[np.int8]:
    """Return the waves, the third put to the second where fewer than ten answered in it.

    Raises
    ------
    RoundsError
        Fewer than ten answers in the first wave, or after it.
    """
    wave = rounds.wave
    if (wave == 3).sum() < FEWEST:
        wave = np.minimum(wave, 2).astype(np.int8)
    for k in (1, 2):
        if (wave == k).sum() < FEWEST:
            raise RoundsError(wave=k, fewest=FEWEST)
    return wave


def fitted_cell(rounds: Rounds, g: float, *, asked: BoolArray, answered: BoolArray) -> Cell:
    """Solve sum_answered x / pi = sum_asked x for the intercepts of a given slope g.

    pi = 1 / (1 + exp(-(x'a + g y))), by damped Newton steps.
    """
    x, y = rounds.x[answered], rounds.y[answered]
    target = rounds.x[asked & ~answered].sum(axis=0)
    a: FloatArray = np.zeros(x.shape[1])
    if target[0] <= 0:  # everybody answered, with certainty
        a[0] = _CERTAIN
    else:
        a[0] = float(np.log(x.shape[0] / target[0]))
        for _ in range(_STEPS):
            odds = np.exp(np.clip(-(x @ a + g * y), -30, 30))
            misfit = x.T @ odds - target
            if np.abs(misfit).max() <= 1e-9 * target[0]:
                break
            step = np.linalg.lstsq((x * odds[:, None]).T @ x, misfit, rcond=None)[0]
            a = a + step * min(1.0, 2.0 / max(float(np.abs(x @ step).max()), 1e-12))
    inverse = 1 + np.exp(np.clip(-(rounds.x @ a + g * rounds.y), -30, 30))
    odds = np.where(answered, inverse - 1, 0.0)
    return Cell(
        asked=asked,
        answered=answered,
        inverse=np.asarray(inverse),
        information=(rounds.x * odds[:, None]).T @ rounds.x,
    )


def cells_given(rounds: Rounds, g: float) -> tuple[Cell, ...]:
    """Return the cell of each wave, the first first."""
    return tuple(
        fitted_cell(
            rounds,
            g,
            asked=(rounds.wave == 0) | (rounds.wave >= k),
            answered=rounds.wave == k,
        )
        for k in range(1, int(rounds.wave.max(initial=1)) + 1)
    )


def answered_given(rounds: Rounds, g: float) -> FloatArray:
    """Return 1 / P(answered in any wave) for a given g, zero for the silent, shape (m,)."""
    silent = np.ones(rounds.wave.size)
    for cell in cells_given(rounds, g):
        silent = silent * (1 - 1 / cell.inverse)
    return np.where(rounds.wave > 0, 1 / (1 - silent), 0.0)
