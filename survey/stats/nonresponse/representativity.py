"""R-indicators: how evenly the response was spread over what is known of everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Representativity:
    """How representative a response is.

    Attributes
    ----------
    r_indicator : float
        1 - 2 S(rho), in [0, 1]; 1 when everybody was equally likely to answer.
    response_rate : float
        Weighted mean of the chances of answering, in (0, 1].
    variation : float
        S(rho) / response rate: the most by which non-response can move a mean, in standard
        deviations of the answers.
    """

    r_indicator: float
    response_rate: float
    variation: float

    def summary(self) -> str:
        """One line for people."""
        return (
            f"R-indicator {self.r_indicator:.3f}, response rate {self.response_rate:.1%}, "
            f"coefficient of variation {self.variation:.3f}"
        )


def representativity(*, base_weights: FloatArray, propensity: FloatArray) -> Representativity:
    """R-indicator of a response.

    Parameters
    ----------
    base_weights : ndarray of float64, shape (n,)
        Of everybody invited.
    propensity : ndarray of float64, shape (n,)
        Their estimated chances of answering, in (0, 1].

    Returns
    -------
    Representativity

    Notes
    -----
    S^2 = sum d (rho - mean)^2 / (sum d - mean d), the weighted population variance. Not
    corrected for its bias in small samples, which lowers the indicator.

    References
    ----------
    Schouten, B., Cobben, F. and Bethlehem, J. (2009), Survey Methodology 35(1), 101-113.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import representativity
    >>> print(
    ...     representativity(
    ...         base_weights=np.ones(4), propensity=np.array([0.2, 0.4, 0.6, 0.8])
    ...     ).summary()
    ... )
    R-indicator 0.484, response rate 50.0%, coefficient of variation 0.516
    """
    size = float(base_weights.sum())
    rate = float(base_weights @ propensity) / size
    squares = float(base_weights @ (propensity - rate) ** 2)
    n = base_weights.size
    spread = float(np.sqrt(squares / (size * (1 - 1 / n)))) if n > 1 else 0.0
    return Representativity(r_indicator=1 - 2 * spread, response_rate=rate, variation=spread / rate)


def partial_indicators(
    *,
    base_weights: FloatArray,
    propensity: FloatArray,
    codes: NDArray[np.integer],
    size: int,
) -> FloatArray:
    """Unconditional partial R-indicator of each category, shape (size,).

    Notes
    -----
    sqrt(N_k / N) (mean rho in k - mean rho): negative for a category that answers too
    little. Their squares sum to the between variance of rho.

    References
    ----------
    Schouten, B., Shlomo, N. and Skinner, C. (2011), Journal of Official Statistics 27(2),
    231-253.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import partial_indicators
    >>> chances, sex = np.array([0.2, 0.4, 0.6, 0.8]), np.array([0, 0, 1, 1])
    >>> partial_indicators(
    ...     base_weights=np.ones(4), propensity=chances, codes=sex, size=2
    ... ).round(4)
    array([-0.1414,  0.1414])
    """
    total = float(base_weights.sum())
    rate = float(base_weights @ propensity) / total
    share = np.bincount(codes, base_weights, minlength=size)
    chance = np.bincount(codes, base_weights * propensity, minlength=size)
    mean = np.divide(chance, share, out=np.full(size, rate), where=share > 0)
    return np.asarray(np.sqrt(share / total) * (mean - rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationRepresentativity:
    """How representative a response is of one variable whose totals are known.

    Attributes
    ----------
    r_indicator : float
        1 - 2 S(rho) between the categories, in [0, 1], corrected for chance.
    response_rate : float
        Of everybody invited.
    partial : ndarray of float64, shape (k,)
        sqrt(q) (rho - mean rho) of each category: negative where it answers too little.
    """

    r_indicator: float
    response_rate: float
    partial: FloatArray


def represents_population(
    *, answers: FloatArray, population: FloatArray, invited: float
) -> PopulationRepresentativity:
    """R-indicator where it is not known who was invited, only how many, and the population.

    Parameters
    ----------
    answers, population : ndarray of float64, shape (k,)
        Answers and people in each category; at least one answer, people above zero.
    invited : float
        Number of people invited, drawn with equal chances; at least as many as answered.

    Returns
    -------
    PopulationRepresentativity

    Notes
    -----
    Those invited are taken to be spread as the population is, q = N_k / N: rho_k = r_k / (n q_k),
    mean r / n, S^2 = sum q (rho_k - mean)^2. Chance alone makes the rho_k differ by sum rho_k
    (1 - q_k rho_k) / n less mean (1 - mean) / n, which is taken from S^2 (never below zero). One
    variable at a time: what several say together is known only where their joint totals are.

    References
    ----------
    Schouten, B., Cobben, F. and Bethlehem, J. (2009), Survey Methodology 35(1), 101-113, eq. 2.
    Bianchi, A., Shlomo, N., Schouten, B., Da Silva, D. N. and Skinner, C. (2019), Survey
    Methodology 45(2), 217-247: response propensities from population totals.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.nonresponse import represents_population
    >>> found = represents_population(
    ...     answers=np.array([100.0, 300.0]), population=np.array([5000.0, 5000.0]), invited=1000
    ... )
    >>> round(found.r_indicator, 3), found.response_rate, found.partial.round(4)
    (0.602, 0.4, array([-0.1414,  0.1414]))
    """
    share = population / population.sum()
    rate = float(answers.sum()) / invited
    chance = answers / (invited * share)
    squares = float(share @ (chance - rate) ** 2)
    by_chance = (float((chance * (1 - share * chance)).sum()) - rate * (1 - rate)) / invited
    spread = float(np.sqrt(max(squares - max(by_chance, 0.0), 0.0)))
    return PopulationRepresentativity(
        r_indicator=1 - 2 * spread,
        response_rate=rate,
        partial=np.asarray(np.sqrt(share) * (chance - rate)),
    )
