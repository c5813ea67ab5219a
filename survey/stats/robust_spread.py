"""What is usual between units, judged without the few that are not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_MAD_TO_SD = 1.4826
_FAR = 3.0  # standard errors beyond which a unit is no yardstick
_WITHIN = 0.997  # what cutting there leaves of a normal's median absolute deviation
_ROUNDS = 10


def standardise_between(
    values: FloatArray, variance: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Standardise by the usual value and the usual spread.

    Parameters
    ----------
    values, variance : ndarray of float64, shape (u,)
        One number of each unit and its sampling variance; at least three of them, all finite.

    Returns
    -------
    z : ndarray of float64, shape (u,)
        (value - centre) / sqrt(variance + s^2), s^2 what the median absolute deviation leaves
        beside the sampling variances.
    usual : ndarray of bool, shape (u,)
        Units within 3 of the centre; they alone set centre and spread.

    Notes
    -----
    Where a fifth of the units are attacked, all in one direction, the median absolute deviation
    is a third too large and hides them. Leaving out, round by round, what lies far outside
    brings it back to the honest units' own; where nothing is far it changes next to nothing.
    """
    usual = np.ones(values.size, dtype=np.bool_)
    z = values
    for _ in range(_ROUNDS):
        centre = np.median(values[usual])
        spread = _MAD_TO_SD * np.median(np.abs(values[usual] - centre))
        if not usual.all():
            spread = spread / _WITHIN
        between = max(0.0, float(spread**2 - np.median(variance[usual])))
        z = (values - centre) / np.sqrt(variance + between)
        now = np.abs(z) <= _FAR
        if (now == usual).all() or now.sum() < 3:
            break
        usual = now
    return z, usual


def spread_of(values: FloatArray) -> float:
    """Return the usual spread of values (u,), at least three, far ones left out."""
    none = np.zeros(values.size)
    centre = float(np.median(values))
    scale = max(_MAD_TO_SD * float(np.median(np.abs(values - centre))), 1e-12)
    _, usual = standardise_between(values, none + scale**2)
    left = values[usual]
    return _MAD_TO_SD * float(np.median(np.abs(left - np.median(left))))
