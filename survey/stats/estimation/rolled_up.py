"""A mean of published figures, of which intervals are known and covariances are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError


class RollUpError(StatsError):
    """Figures, half-widths and weights that do not fit together."""

    code = "roll_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """A weighted mean and how exact it is.

    Attributes
    ----------
    value : float
        The mean, in the unit of the figures.
    half_width : float
        Of its interval, whatever the errors of the figures have to do with each other.
    independent : float
        Of its interval if they have nothing to do with each other; never wider.
    """

    value: float
    half_width: float
    independent: float


def roll_up(*, values: FloatArray, half_widths: FloatArray, weights: FloatArray) -> RolledUp:
    """Return the weighted mean of figures with an interval that needs no covariance.

    Parameters
    ----------
    values : ndarray of shape (k,)
        Published figures, each with a symmetric interval of one and the same confidence.
    half_widths : ndarray of shape (k,)
        Of these intervals, zero or more.
    weights : ndarray of shape (k,)
        How much each figure counts, zero or more, in any unit; scaled to sum to one.

    Returns
    -------
    RolledUp
        ``half_width`` is ``sum(w · h)``, ``independent`` is ``sqrt(sum((w · h)²))``.

    Raises
    ------
    RollUpError
        ``shape`` of arrays that differ or are empty, ``not_finite``, ``negative``, and ``weights``
        that sum to zero.

    Notes
    -----
    The standard error of a sum is at most the sum of the standard errors (Cauchy and Schwarz), and
    reaches it where all errors are perfectly correlated. Units of one county share raters, weights
    and population margins, which ties their errors to an extent their documents do not tell: the
    first figure is safe there, and too wide. Counties ask different people: the second holds.

    References
    ----------
    JCGM 100:2008, Guide to the expression of uncertainty in measurement, 5.1.2 and 5.2.2 note 1,
    doi:10.59161/JCGM100-2008E.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.estimation import roll_up
    >>> roll_up(
    ...     values=np.array([80.0, 90.0]),
    ...     half_widths=np.array([3.0, 4.0]),
    ...     weights=np.array([1.0, 1.0]),
    ... )
    RolledUp(value=85.0, half_width=3.5, independent=2.5)
    """
    if not values.size or not values.shape == half_widths.shape == weights.shape:
        raise RollUpError("shape", values=values.size, weights=weights.size)
    if not all(np.isfinite(each).all() for each in (values, half_widths, weights)):
        raise RollUpError("not_finite")
    if (half_widths < 0).any() or (weights < 0).any():
        raise RollUpError("negative")
    if weights.sum() <= 0:
        raise RollUpError("weights")
    parts = weights / weights.sum() * half_widths
    return RolledUp(
        value=float((weights * values).sum() / weights.sum()),
        half_width=float(parts.sum()),
        independent=float(np.sqrt((parts**2).sum())),
    )
