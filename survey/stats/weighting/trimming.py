"""Weight trimming: extreme weights cut, what was cut spread over the others."""

from typing import ClassVar

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.errors import StatsError

MAX_ROUNDS = 10_000


class TrimmingError(StatsError):
    """Limits that no weights with the same sum can respect."""

    code: ClassVar[str] = "infeasible_trimming"


def trim(
    *,
    weights: FloatArray,
    upper: float = np.inf,
    lower: float = -np.inf,
    strict: bool = False,
) -> FloatArray:
    """Cut weights to [lower, upper] and keep their sum.

    Parameters
    ----------
    weights : ndarray of float64, shape (n,)
        Finite.
    upper, lower : float
        Limits, on the scale of the weights.
    strict : bool
        Repeat until no weight is outside. Otherwise one round: the spread excess may push
        weights that were inside slightly over a limit.

    Returns
    -------
    ndarray of float64, shape (n,)
        The same sum as ``weights``.

    Raises
    ------
    TrimmingError
        If no weight is inside the limits, or if (strict) the limits cannot hold the sum.

    Notes
    -----
    The excess is spread *equally* over the weights inside, not in proportion. The result is
    no longer calibrated: take its standard errors with these weights held fixed, or rake
    again.

    Checked against R ``survey::trimWeights(design, upper, lower, strict)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import trim
    >>> trim(weights=np.array([1.0, 2.0, 9.0]), upper=6.0)
    array([2.5, 3.5, 6. ])
    """
    if not lower <= upper:
        raise TrimmingError(f"the lower limit {lower} is above the upper limit {upper}")
    total = float(weights.sum())
    n = weights.size
    slack = 1e-12 * abs(total)
    if strict and not lower * n - slack <= total <= upper * n + slack:
        raise TrimmingError(
            f"{n} weights within [{lower}, {upper}] cannot sum to {total:.10g}",
            hint="widen the limits",
        )
    trimmed = weights
    for _ in range(MAX_ROUNDS if strict else 1):
        outside = (trimmed < lower) | (trimmed > upper)
        if not outside.any():
            return trimmed.copy() if trimmed is weights else trimmed
        trimmed = _one_round(trimmed, outside=outside, lower=lower, upper=upper)
    return np.clip(trimmed, lower, upper) if strict else trimmed


def _one_round(
    weights: FloatArray, *, outside: BoolArray, lower: float, upper: float
) -> FloatArray:
    n_inside = int(weights.size - outside.sum())
    if n_inside == 0:
        raise TrimmingError(
            f"no weight is within [{lower}, {upper}], so none can take the excess",
            hint="widen the limits",
        )
    clipped = np.clip(weights, lower, upper)
    excess = float((weights - clipped).sum())
    return np.where(outside, clipped, clipped + excess / n_inside)
