"""Design effects: what weighting and the design cost against simple random sampling."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.estimators import Domains, EstimationError, mean
from survey.stats.estimation.weight_set import WeightSet


def kish_design_effect(weights: FloatArray) -> float:
    """Return n sum w^2 / (sum w)^2 over the positive weights; 1 when they are equal.

    Notes
    -----
    The variance inflation of unequal weights that are unrelated to the answers.

    References
    ----------
    Kish, L. (1992), Journal of Official Statistics 8(2), 183-200.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import kish_design_effect
    >>> round(kish_design_effect(np.array([1.0, 1.0, 1.0, 5.0])), 3)
    1.75
    """
    # Scaled first, so that weights of 1e-200 or 1e200 do not lose their squares.
    scaled = weights / weights.max()
    n = np.count_nonzero(scaled)
    return float(n * (scaled @ scaled) / scaled.sum() ** 2)


def effective_n(weights: FloatArray) -> float:
    """Return (sum w)^2 / sum w^2: the number of equal weights worth as much.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import effective_n
    >>> round(effective_n(np.array([1.0, 1.0, 1.0, 5.0])), 3)
    2.286
    """
    scaled = weights / weights.max()
    return float(scaled.sum() ** 2 / (scaled @ scaled))


def design_effect(
    *,
    weights: WeightSet,
    y: FloatArray,
    domains: Domains | None = None,
    replacement: bool = False,
) -> tuple[Estimates, FloatArray]:
    """Means by domain and their full design effects.

    Parameters
    ----------
    weights : WeightSet
    y : ndarray of float64, shape (n,)
        NaN where the answer is missing.
    domains : Domains, optional
    replacement : bool
        Compare with simple random sampling with replacement; otherwise without, from a
        population of the size the weights sum to.

    Returns
    -------
    means : Estimates, of k domains
    effects : ndarray of float64, shape (k,)
        Variance over that of a simple random sample of the same size; 1 where answers are
        equal or single, so that neither has a variance, NaN where they are of one sampling unit.

    Raises
    ------
    EstimationError
        Without replacement, when weights sum to less than the answers.

    Notes
    -----
    Checked against R ``survey::svymean(~y, design, deff = TRUE | "replace")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, design_effect
    >>> village = np.array([0, 0, 1, 1, 2, 2])
    >>> weights = WeightSet(
    ...     base_weights=np.full(6, 10.0), design=Design.build(n=6, units=[village])
    ... )
    >>> y = np.array([60.0, 62.0, 75.0, 77.0, 88.0, 90.0])
    >>> means, effects = design_effect(weights=weights, y=y)
    >>> means.value.round(2), effects.round(2)
    (array([75.33]), array([2.76]))
    """
    means = mean(weights=weights, y=y, domains=domains)
    codes = np.zeros(y.size, dtype=np.intp) if domains is None else domains.codes
    size = 1 if domains is None else domains.size
    inside = np.flatnonzero(~np.isnan(y) & (codes >= 0))
    code, w, answers = codes[inside], weights.weights[inside], y[inside]
    population = np.bincount(code, w, minlength=size)[means.domain]
    centre = np.zeros(size)
    centre[means.domain] = means.value
    squares = np.bincount(code, w * (answers - centre[code]) ** 2, minlength=size)[means.domain]
    spread = squares / population * np.divide(means.n, means.n - 1, where=means.n > 1,
                                              out=np.ones_like(means.n))  # fmt: skip
    simple = spread / means.n
    if not replacement:
        if (population < means.n).any():
            raise EstimationError("weights_too_small")
        simple = simple * (population - means.n) / population
    effects = np.divide(means.se**2, simple, where=simple > 0, out=np.ones_like(simple))
    return means, effects
