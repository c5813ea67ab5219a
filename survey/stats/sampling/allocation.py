"""A number of people to be drawn, shared among strata: in proportion, or as spreads differ."""

from __future__ import annotations

import heapq
from fractions import Fraction

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.errors import StatsError


class AllocationError(StatsError):
    """A number that strata of these sizes cannot give."""

    code = "allocation"


def allocate(
    *, total: int, sizes: IndexArray, spread: FloatArray | None = None, minimum: int = 1
) -> IndexArray:
    """Share a sample among strata so that the variance of the stratified mean is least.

    Parameters
    ----------
    total : int
        People to be drawn from all strata together.
    sizes : ndarray of intp, shape (h,)
        People of each stratum, each 1 or more.
    spread : ndarray of float64, shape (h,), optional
        Standard deviation of an answer in each stratum, in any unit, above zero; without it the
        strata are taken to be alike, which is allocation in proportion to their sizes.
    minimum : int
        Fewest of each stratum, 1 or more; a smaller stratum is taken whole.

    Returns
    -------
    ndarray of intp, shape (h,)
        People to be drawn of each stratum: at least ``minimum`` or all of them, at most all of
        them, together ``total``.

    Raises
    ------
    AllocationError
        ``too_many``: fewer people than ``total``; ``too_few``: the minimums take more.

    Notes
    -----
    Exact in whole numbers: from the minimums on, one more goes each time to the stratum where
    ``(N S)² / (n (n + 1))`` is largest, the first of equals. So the sum of ``(N S)² / n``, to
    which the variance of Neyman's (1934) allocation reduces, is least among all whole numbers
    within the limits, and nothing is left to rounding.

    References
    ----------
    Wright, T. (2012), The equivalence of Neyman optimum allocation for sampling and equal
    proportions for apportioning the U.S. House of Representatives, The American Statistician
    66(4), 217-224, doi:10.1080/00031305.2012.733679. Neyman, J. (1934), Journal of the Royal
    Statistical Society 97(4), 558-625, doi:10.2307/2342192.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.sampling import allocate
    >>> allocate(total=10, sizes=np.array([600, 300, 100])).tolist()
    [6, 3, 1]
    >>> allocate(total=10, sizes=np.array([600, 400]), spread=np.array([1.0, 6.0])).tolist()
    [2, 8]
    >>> allocate(total=12, sizes=np.array([600, 300, 3]), minimum=4).tolist()
    [5, 4, 3]
    """
    drawn = np.minimum(minimum, sizes).astype(np.intp)
    if total > sizes.sum():
        raise AllocationError("too_many", wanted=total, people=int(sizes.sum()))
    if total < drawn.sum():
        raise AllocationError("too_few", wanted=total, fewest=int(drawn.sum()))
    spreads = np.ones(sizes.size) if spread is None else spread
    pull = [
        (int(size) * Fraction(float(one))) ** 2 for size, one in zip(sizes, spreads, strict=True)
    ]
    waiting = [
        (-pull[h] / int(drawn[h] * (drawn[h] + 1)), h)
        for h in range(sizes.size)
        if drawn[h] < sizes[h]
    ]
    heapq.heapify(waiting)
    for _more in range(total - int(drawn.sum())):
        _priority, h = heapq.heappop(waiting)
        drawn[h] += 1
        if drawn[h] < sizes[h]:
            heapq.heappush(waiting, (-pull[h] / int(drawn[h] * (drawn[h] + 1)), h))
    return drawn
