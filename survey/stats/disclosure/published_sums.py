"""Counts that are shown together, and how closely a reader can tell those that are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError
from survey.stats.scipy_calls import linprog

_BINDS = 1e-9


class NoReachError(StatsError):
    """The counts contradict one another: no elementary counts have these sums."""

    code = "contradicting_counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSums:
    """Figures that may be shown, each a sum of elementary counts.

    Attributes
    ----------
    names : tuple of str
        Of the figures.
    values : ndarray of float64, shape (f,)
        Their true values, counts of zero or more.
    parts : ndarray of float64, shape (f, m)
        1 where a figure counts an elementary count, else 0.
    rules : ndarray of float64, shape (k, m)
        Combinations of elementary counts that are zero as every reader knows, as where two tables
        have a margin in common.
    """

    names: tuple[str, ...]
    values: FloatArray
    parts: FloatArray
    rules: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Between which values a figure must lie, and which shown figures say so.

    Attributes
    ----------
    lower, upper : float
    by : ndarray of intp
        Figures that hold it there.
    """

    lower: float
    upper: float
    by: NDArray[np.intp]

    @property
    def width(self) -> float:
        """How far apart the two are."""
        return self.upper - self.lower


def reach(sums: PublishedSums, shown: BoolArray, figure: int) -> Reach:
    """Bound a figure as a reader can who knows the shown ones and that nobody counts below zero.

    Parameters
    ----------
    sums : PublishedSums
    shown : ndarray of bool, shape (f,)
        Which figures are shown.
    figure : int

    Returns
    -------
    Reach
        An upper bound of infinity where nothing holds the figure.

    Raises
    ------
    NoReachError
        If no elementary counts have the sums shown.

    Notes
    -----
    The two linear programmes of an attacker who minimises and maximises the figure over all
    elementary counts of zero or more that agree with what is shown (Fischetti, M. and
    Salazar-Gonzalez, J.J. 2001, doi:10.1287/mnsc.47.7.1008.9808, the "attacker's problem"); that
    counts are whole is not used. By the dual of each it is known what holds the figure. Solved by
    HiGHS in scipy.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.disclosure.published_sums import PublishedSums, reach
    >>> table = PublishedSums(
    ...     names=("a", "b", "both"), values=np.array([4.0, 20.0, 24.0]),
    ...     parts=np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), rules=np.zeros((0, 2)),
    ... )
    >>> found = reach(table, np.array([False, True, True]), 0)
    >>> found.lower, found.upper
    (4.0, 4.0)
    >>> found = reach(table, np.array([False, False, True]), 0)
    >>> found.lower, found.upper
    (0.0, 24.0)
    """
    known = np.flatnonzero(shown)
    low, low_by = _extreme(sums, known, sums.parts[figure])
    high, high_by = _extreme(sums, known, -sums.parts[figure])
    return Reach(lower=low, upper=-high, by=known[low_by | high_by])


def _extreme(
    sums: PublishedSums, known: NDArray[np.intp], objective: FloatArray
) -> tuple[float, BoolArray]:
    """Return the least of an objective, and which known figures it rests on."""
    rules = sums.rules
    found = linprog(
        objective,
        A_eq=np.concatenate([sums.parts[known], rules]),
        b_eq=np.concatenate([sums.values[known], np.zeros(len(rules))]),
        bounds=(0, None),
        method="highs",
    )
    if found.status == 3:
        return -np.inf, np.zeros(known.size, dtype=np.bool_)
    if found.status != 0:
        raise NoReachError(figures=int(known.size))
    return float(found.fun), np.abs(found.eqlin.marginals[: known.size]) > _BINDS
