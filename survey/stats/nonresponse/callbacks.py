"""Invited people whose silence depends on their opinion, seen through who needed a reminder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError
from survey.stats.scipy_calls import brentq, ndtri

PRIOR_SD = 0.3  # of g, in log odds of answering per standard deviation of the answers
_FEWEST = 10  # answers in each wave
_FARTHEST = 1.5
_GRID = 13
_CERTAIN = 60.0  # log odds
_STEPS = 60


class CallbackError(StatsError):
    """Waves and answers from which no chance of answering can be found."""

    code: ClassVar[str] = "callback_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waves:
    """The invited people.

    Attributes
    ----------
    base_weights : ndarray of float64, shape (m,)
    x : ndarray of float64, shape (m, p)
        Known of everybody, with the constant column.
    wave : ndarray of int8, shape (m,)
        1 answered at once, 2 after the reminder, 0 never.
    y : ndarray of float64, shape (m,)
        Answers of those who answered, brought to mean 0 and SD 1; anything for the others.
    """

    base_weights: FloatArray
    x: FloatArray
    wave: NDArray[np.int8]
    y: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Callbacks:
    """How answering depends on the answer.

    Attributes
    ----------
    g, se : float
        Log odds of answering per SD of the answer, and its error; ``se`` is infinite where
        the waves do not tell.
    shrunk, shrunk_se : float
        The same with a prior N(0, 0.3^2): what is used.
    """

    g: float
    se: float
    shrunk: float
    shrunk_se: float

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the range of g to look at for sensitivity."""
        half = float(ndtri((1 + confidence) / 2)) * self.shrunk_se
        return self.shrunk - half, self.shrunk + half


def fit_callbacks(waves: Waves) -> Callbacks:
    """Estimate how answering depends on the answer, one number for the county.

    Returns
    -------
    Callbacks

    Raises
    ------
    CallbackError
        Fewer than ten answers in one of the waves.

    Notes
    -----
    logit P(answer in wave k | not before, x, y) = x'a_k + g y, the same g in both waves. For
    a given g, a_1 solves sum_R1 d x / pi_1 = sum d x and a_2 the same over those still silent;
    g makes the silent of wave 1, as wave 1 sees them, agree with wave 2:
    sum_R1 d y (1 / pi_1 - 1) = sum_R2 d y / pi_2. Sandwich error through all three equations.
    Two thousand answers tell g to about 0.25, hence the prior.

    Miao, W., Li, X., Zhang, P. and Sun, B. (2021), A stableness of resistance model for
    nonresponse adjustment with callback data, arXiv:2112.02822. R has no call for it; tested
    on populations whose g is known.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Waves, fit_callbacks
    >>> rng = np.random.default_rng(1)
    >>> y = rng.normal(size=4000)
    >>> chance = 1 / (1 + np.exp(0.5 - 0.6 * y))
    >>> wave = np.where(
    ...     rng.random(4000) < chance, 1, np.where(rng.random(4000) < chance, 2, 0)
    ... )
    >>> waves = Waves(
    ...     base_weights=np.ones(4000), x=np.ones((4000, 1)), wave=wave.astype(np.int8), y=y
    ... )
    >>> found = fit_callbacks(waves)
    >>> low, high = found.interval()
    >>> bool(low < 0.6 < high)
    True
    """
    for k in (1, 2):
        if (waves.wave == k).sum() < _FEWEST:
            raise CallbackError(wave=k, fewest=_FEWEST)

    def gap(g: float) -> float:
        return float(_equation(waves, g, *_intercepts(waves, g)).sum())

    # The gap bends back where chances are extreme; the root nearest to zero is the one meant.
    grid = np.linspace(-_FARTHEST, _FARTHEST, _GRID)
    gaps = np.array([gap(float(g)) for g in grid])
    crossing = np.flatnonzero(gaps[:-1] * gaps[1:] < 0)
    if not crossing.size:
        return Callbacks(g=0.0, se=np.inf, shrunk=0.0, shrunk_se=PRIOR_SD)
    left = int(crossing[np.argmin(np.abs(grid[crossing] + grid[crossing + 1]))])
    g = float(brentq(gap, grid[left], grid[left + 1], xtol=1e-6))
    se = _error(waves, g)
    trust = PRIOR_SD**2 / (PRIOR_SD**2 + se**2)
    return Callbacks(g=g, se=se, shrunk=trust * g, shrunk_se=PRIOR_SD * np.sqrt(1 - trust))


def weights_given(waves: Waves, g: float) -> FloatArray:
    """Return d / P(answered in either wave) for a given g, zero for the silent, shape (m,)."""
    first, second = _intercepts(waves, g)
    chance = [1 / _inverse_chance(waves, g, a) for a in (first, second)]
    answered = 1 - (1 - chance[0]) * (1 - chance[1])
    return np.where(waves.wave > 0, waves.base_weights / answered, 0.0)


def _inverse_chance(waves: Waves, g: float, a: FloatArray) -> FloatArray:
    return np.asarray(1 + np.exp(np.clip(-(waves.x @ a + g * waves.y), -30, 30)))


def _intercepts(waves: Waves, g: float) -> tuple[FloatArray, FloatArray]:
    everybody = np.ones(waves.wave.size, dtype=np.bool_)
    return (
        _calibrated(waves, g, answered=waves.wave == 1, asked=everybody),
        _calibrated(waves, g, answered=waves.wave == 2, asked=waves.wave != 1),
    )


def _calibrated(waves: Waves, g: float, *, answered: BoolArray, asked: BoolArray) -> FloatArray:
    """Solve sum_answered d x (1 + exp(-(x'a + g y))) = sum_asked d x by damped Newton steps."""
    x, y = waves.x[answered], waves.y[answered]
    d = waves.base_weights[answered]
    silent = asked & ~answered
    target = waves.x[silent].T @ waves.base_weights[silent]
    a: FloatArray = np.zeros(x.shape[1])
    if not silent.any():  # everybody answered, with certainty
        a[0] = _CERTAIN
        return a
    a[0] = float(np.log(d.sum() / waves.base_weights[silent].sum()))
    for _ in range(_STEPS):
        odds = d * np.exp(np.clip(-(x @ a + g * y), -30, 30))
        misfit = x.T @ odds - target
        if np.abs(misfit).max() <= 1e-9 * target[0]:
            break
        step = np.linalg.lstsq((x * odds[:, None]).T @ x, misfit, rcond=None)[0]
        a = a + step * min(1.0, 2.0 / max(float(np.abs(x @ step).max()), 1e-12))
    return a


def _equation(waves: Waves, g: float, first: FloatArray, second: FloatArray) -> FloatArray:
    """Contributions to the equation for g, shape (m,)."""
    d_y = waves.base_weights * waves.y
    by_first = np.where(waves.wave == 1, d_y * (_inverse_chance(waves, g, first) - 1), 0.0)
    by_second = np.where(waves.wave == 2, d_y * _inverse_chance(waves, g, second), 0.0)
    return np.asarray(by_first - by_second)


def _error(waves: Waves, g: float) -> float:
    """Sandwich standard error of g, the intercepts being estimated too."""
    first, second = _intercepts(waves, g)
    score = _equation(waves, g, first, second)
    slope = 0.0
    d, x, y = waves.base_weights, waves.x, waves.y
    parts = ((first, waves.wave == 1, waves.wave >= 0, 1.0),
             (second, waves.wave == 2, waves.wave != 1, -1.0))  # fmt: skip
    for a, answered, asked, sign in parts:
        inverse = _inverse_chance(waves, g, a)
        odds = np.where(answered, d * (inverse - 1), 0.0)
        information = (x * odds[:, None]).T @ x
        to_g = sign * (x.T @ (odds * y))
        influence = np.linalg.lstsq(information, to_g, rcond=None)[0]
        own = d * (np.where(answered, inverse, 0.0) - asked)
        score = score - own * (x @ influence)
        slope -= sign * float((odds * y**2).sum()) - float(influence @ (x.T @ (odds * y)))
    return float(np.sqrt((score**2).sum()) / abs(slope))
