"""How far honest estimates of one kind lie apart, and whether one lies beyond them."""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr

from survey.stats.arrays import BoolArray, FloatArray, IndexArray

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
    doi:10.1111/j.1467-985X.2008.00552.x), Student's t; skewness by the first term of Cornish and
    Fisher's expansion, never more than one.
    """
    freedom = int(others.sum()) - 1
    z, _ = _distance(value, variance, place=place, others=others, between=slack**2)
    if stdtr(freedom, -z) > _LOOKED_AT:
        return float(stdtr(freedom, -z)), 0.0
    between, _ = between_variance(
        stratum=np.zeros(freedom + 1, dtype=np.intp), value=value[others],
        variance=variance[others],
    )  # fmt: skip
    between = max(between, slack**2)
    z, error = _distance(value, variance, place=place, others=others, between=between)
    lean = min(float(skew[place]) / error**3, 1.0)
    return float(stdtr(freedom, -(z - lean * (z**2 - 1) / 6))), between


def _distance(
    value: FloatArray, variance: FloatArray, *, place: int, others: BoolArray, between: float
) -> tuple[float, float]:
    weight = 1 / (variance[others] + between)
    centre = float((weight * value[others]).sum() / weight.sum())
    error = float(np.sqrt(variance[place] + between + 1 / weight.sum()))
    return float(value[place] - centre) / error, error


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
