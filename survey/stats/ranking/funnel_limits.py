"""Scores against how many answers they rest on, and how far chance alone would move them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray
from survey.stats.ranking.rank_sets import RankingError, check_scores
from survey.stats.scipy_calls import ndtri

LEVELS = (0.95, 0.998)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Where a class lies and how widely chance scatters its units.

    Attributes
    ----------
    target : float
        Mean of the class, each unit by its effective number of answers.
    spread : float
        Standard deviation of one effective answer, in points.
    beyond : ndarray of int8, shape (p,)
        How many of the two limits, 95 % and 99.8 %, a unit lies beyond: 0, 1 or 2; negative below
        the target.
    """

    target: float
    spread: float
    beyond: NDArray[np.int8]

    def limits(self, effective_n: FloatArray) -> FloatArray:
        """Return the limits at some numbers of answers, shape (4, m).

        Rows: lower and upper of 95 %, lower and upper of 99.8 %. What lies beyond the scale is
        not cut off here.
        """
        error = self.spread / np.sqrt(effective_n)
        rows = [
            self.target + way * float(ndtri((1 + level) / 2)) * error
            for level in LEVELS
            for way in (-1, 1)
        ]
        return np.array(rows)


def funnel(*, score: FloatArray, se: FloatArray, effective_n: FloatArray) -> Funnel:
    """Return the funnel of the units of a class.

    Parameters
    ----------
    score : ndarray of float64, shape (p,)
        In points.
    se : ndarray of float64, shape (p,)
        Standard errors, at least 0.
    effective_n : ndarray of float64, shape (p,)
        Effective answers, above 0: the precision the units are laid out by.

    Returns
    -------
    Funnel

    Raises
    ------
    RankingError
        If the shapes do not fit, nothing is there, an error is negative or a number not positive.

    Notes
    -----
    Target: sum n y / sum n. Spread: the root of the mean of n se^2, each unit by its n. Limits at n
    answers: target +- z spread / sqrt(n), z of 95 % and of 99.8 %. A unit beyond the wider limits
    differs from the class by more than chance explains; inside them nothing is said of it. Where
    many lie beyond, units differ truly, which the limits do not take in (no overdispersion).
    Two hundred units within chance: ten beyond the narrow limits are expected. What is *decided* of
    units is decided elsewhere (``decide``): this is a picture.

    References
    ----------
    Spiegelhalter, D. J. (2005), Funnel plots for comparing institutional performance, Statistics in
    Medicine 24, 1185-1202, doi:10.1002/sim.1970.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.ranking import funnel
    >>> found = funnel(
    ...     score=np.array([80.0, 81.0, 74.0]),
    ...     se=np.array([2.0, 1.0, 1.0]),
    ...     effective_n=np.array([100.0, 400.0, 400.0]),
    ... )
    >>> round(found.target, 2), round(found.spread, 1), found.beyond.tolist()
    (77.78, 20.0, [0, 2, -2])
    >>> found.limits(np.array([100.0])).round(1).ravel().tolist()
    [73.9, 81.7, 71.6, 84.0]
    """
    _check(score, se, effective_n)
    target = float(np.average(score, weights=effective_n))
    spread = float(np.sqrt(np.average(effective_n * se**2, weights=effective_n)))
    first = Funnel(target=target, spread=spread, beyond=np.zeros(score.size, dtype=np.int8))
    lower, upper, lowest, highest = first.limits(effective_n)
    above = (score > upper).astype(np.int8) + (score > highest)
    below = (score < lower).astype(np.int8) + (score < lowest)
    return Funnel(target=target, spread=spread, beyond=(above - below).astype(np.int8))


def _check(score: FloatArray, se: FloatArray, effective_n: FloatArray) -> None:
    for column in (se, effective_n):
        check_scores(score, np.diag(column))
    if not score.size or (effective_n == 0).any():
        raise RankingError("no_answers")
