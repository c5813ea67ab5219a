"""How exact planned numbers of answers will be, and how many a wanted exactness takes."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray


def planned_error(
    *, coefficients: FloatArray, n: FloatArray, sd: float, design_effect: float = 1.0
) -> float:
    """Return the standard error of a score composed of groups, before anybody has answered.

    Parameters
    ----------
    coefficients : ndarray of shape (k,)
        How much each group counts, in any unit; scaled to sum to one.
    n : ndarray of shape (k,)
        Planned answers of each group, above zero.
    sd : float
        Standard deviation of one answer's score, in points.
    design_effect : float
        By how much weighting and clustering multiply the variance; 1 for simple random sampling.

    Returns
    -------
    float
        In points: ``sqrt(sum(w² · sd² · deff / n))``.

    Notes
    -----
    Solved for ``n`` in one group it is ``n = S² · deff / SE²``. Populations are taken as large.

    References
    ----------
    Cochran, W. G. (1977), Sampling Techniques, 3rd ed., Wiley, ISBN 978-0-471-16240-7, sections
    4.7 and 5.4. Kish, L. (1965), Survey Sampling, Wiley, ISBN 978-0-471-48900-9, section 8.2.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.estimation import planned_error
    >>> planned_error(coefficients=np.array([1.0]), n=np.array([100.0]), sd=20.0)
    2.0
    >>> round(
    ...     planned_error(
    ...         coefficients=np.array([50.0, 50.0]),
    ...         n=np.array([100.0, 25.0]),
    ...         sd=20.0,
    ...         design_effect=1.5,
    ...     ),
    ...     4,
    ... )
    2.7386
    """
    shares = coefficients / coefficients.sum()
    return float(np.sqrt((shares**2 * sd**2 * design_effect / n).sum()))


def times_as_many(*, error: float, wanted: float) -> float:
    """Return by how much all planned numbers must be multiplied for a wanted standard error.

    Examples
    --------
    >>> from survey.stats.estimation import times_as_many
    >>> times_as_many(error=3.0, wanted=1.5)
    4.0
    """
    return (error / wanted) ** 2
