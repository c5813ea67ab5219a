"""How far honest estimates of one kind lie apart, and whether one lies beyond them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.scipy_calls import stdtr

LEAST = 1e-6  # of a variance
_LOOKED_AT = 0.2  # chances above it are not worth estimating the variance between for
_LOUDEST = 0.9  # no test speaks for honesty so loudly that it silences the others


def between_variance(
    *, stratum: IndexArray, value: FloatArray, variance: FloatArray
) -> tuple[float, int]:
    """Return the variance between estimates of a stratum, pooled over strata, and its freedom.

    Parameters
    ----------
    stratum : ndarray of intp, shape (n,)
    value, variance : ndarray of float64, shape (n,)
        Estimates and their sampling variances.

    Returns
    -------
    float
        DerSimonian and Laird's (1986, doi:10.1016/0197-2456(86)90046-2), zero or more.
    int
        Estimates less strata, one at least.
    """
    kinds, code = np.unique(stratum, return_inverse=True)
    weight = 1 / np.maximum(variance, LEAST)
    total = np.bincount(code, weight)
    mean = np.bincount(code, weight * value) / total
    q = float((weight * (value - mean[code]) ** 2).sum())
    freedom = value.size - kinds.size
    scale = float((total - np.bincount(code, weight**2) / total).sum())
    return max((q - freedom) / max(scale, 1e-9), 0.0), max(freedom, 1)


def beyond_the_others(
    value: FloatArray,
    variance: FloatArray,
    skew: FloatArray,
    *,
    place: int,
    others: BoolArray,
    slack: float,
) -> tuple[float, float]:
    """Return the chance that one estimate lies so far above the others', were it one of them.

    Parameters
    ----------
    value, variance, skew : ndarray of float64, shape (n,)
        Estimates, their sampling variances and third central moments.
    place : int
        Which of them.
    others : ndarray of bool, shape (n,)
        What it is compared with, itself not among them.
    slack : float
        Standard deviation by which they differ at least.

    Returns
    -------
    float
        One-sided, in (0, 1).
    float
        The variance between that it was held to; 0 where it is plainly one of them.

    Notes
    -----
    The prediction interval of a random-effects model (Higgins, Thompson and Spiegelhalter 2009,
    doi:10.1111/j.1467-985X.2008.00552.x), told from the lower half (``lower_half``), Student's t;
    skewness by the first term of Cornish and Fisher's expansion, never more than one.
    """
    held_to = lower_half(value[others], variance[others], slack=slack)
    z = (value[place] - held_to.centre) / np.sqrt(variance[place] + slack**2)
    if stdtr(held_to.freedom, -z) > _LOOKED_AT:
        return float(stdtr(held_to.freedom, -z)), 0.0
    between = max(held_to.between, slack**2)
    # A median is a little less exact than a mean.
    sure = np.pi / 2 / (1 / (variance[others] + between)).sum()
    error = float(np.sqrt(variance[place] + between + sure))
    z = (value[place] - held_to.centre) / error
    lean = min(float(skew[place]) / error**3, 1.0)
    return float(stdtr(held_to.freedom, -(z - lean * (z**2 - 1) / 6))), between


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerHalf:
    """What the lower half of some estimates says of all honest ones.

    Attributes
    ----------
    centre, between : float
        Their median, and the variance between them.
    freedom : int
        Degrees of freedom of the latter.
    """

    centre: float
    between: float
    freedom: int


def lower_half(value: FloatArray, variance: FloatArray, *, slack: float = 0.0) -> LowerHalf:
    """Tell how far honest estimates lie apart where others can only be too high.

    Parameters
    ----------
    value, variance : ndarray of float64, shape (n,)
        Estimates, one at least, and their sampling variances.
    slack : float
        Standard deviation by which they differ at least.

    Returns
    -------
    LowerHalf
        From the estimates up to the weighted median and their mirror images: several that are too
        high hide neither one another nor themselves.
    """
    centre = _weighted_median(value, 1 / (np.maximum(variance, LEAST) + slack**2))
    half = value <= centre
    between, _ = between_variance(
        stratum=np.zeros(2 * int(half.sum()), dtype=np.intp),
        value=np.concatenate([value[half], 2 * centre - value[half]]),
        variance=np.tile(variance[half], 2),
    )
    return LowerHalf(centre=centre, between=between, freedom=max(int(half.sum()) - 1, 1))


def _weighted_median(value: FloatArray, weight: FloatArray) -> float:
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    return float(value[order][np.searchsorted(reached, reached[-1] / 2)])


def combined_chance(chances: FloatArray, parts: FloatArray) -> FloatArray:
    """Combine the chances of several tests, whatever they have to do with one another.

    Parameters
    ----------
    chances : ndarray of float64, shape (tests, n)
    parts : ndarray of float64, shape (tests,)
        Of the false-alarm rate that each may use.

    Returns
    -------
    ndarray of float64, shape (n,)

    Notes
    -----
    Liu and Xie's (2020, doi:10.1080/01621459.2018.1554485) Cauchy combination.

    Examples
    --------
    >>> import numpy as np
    >>> combined_chance(np.array([[0.001], [0.4]]), np.array([0.8, 0.2])).round(4)
    array([0.0012])
    """
    quantile = np.tan((0.5 - np.clip(chances, 1e-15, _LOUDEST)) * np.pi)
    return np.asarray(0.5 - np.arctan(parts @ quantile / parts.sum()) / np.pi)
