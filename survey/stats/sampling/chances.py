"""The chances people were drawn with, as weights within a unit and group."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray


def design_weights(
    *, probability: FloatArray, domain: IndexArray, counted: BoolArray
) -> FloatArray:
    """Return what each answer's weight is multiplied by because of the chance it was drawn with.

    Parameters
    ----------
    probability : ndarray of float64, shape (n,)
        Chance in (0, 1] with which whoever answered was drawn; NaN where nobody drew him.
    domain : ndarray of intp, shape (n,)
        Number of each answer's unit and group.
    counted : ndarray of bool, shape (n,)
        Answers that count.

    Returns
    -------
    ndarray of float64, shape (n,)
        ``1 / probability``, brought to a mean of 1 over the counted answers of each domain that
        have a chance; 1 for all others.

    Notes
    -----
    A mean is the Hájek estimator, ``sum(y / p) / sum(1 / p)``: only ratios of chances matter to
    it, so the factors may be brought to any mean. A mean of 1 leaves the part that invited and
    open answers of a unit and group have beside one another as it was.

    References
    ----------
    Horvitz, D. G. and Thompson, D. J. (1952), Journal of the American Statistical Association
    47(260), 663-685, doi:10.1080/01621459.1952.10483446. Särndal, C.-E., Swensson, B. and
    Wretman, J. (1992), Model Assisted Survey Sampling, Springer, ISBN 978-0-387-40620-6, 5.7.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.sampling import design_weights
    >>> design_weights(
    ...     probability=np.array([0.5, 0.1, 0.1, np.nan]),
    ...     domain=np.array([0, 0, 1, 0]),
    ...     counted=np.array([True, True, True, True]),
    ... ).round(4).tolist()
    [0.3333, 1.6667, 1.0, 1.0]
    """
    factor = np.ones(probability.size)
    drawn = counted & np.isfinite(probability)
    weight = 1.0 / probability[drawn]
    of = domain[drawn]
    size = int(of.max(initial=-1)) + 1
    total = np.bincount(of, weight, minlength=size)
    number = np.bincount(of, minlength=size)
    factor[drawn] = weight * number[of] / total[of]
    return factor
