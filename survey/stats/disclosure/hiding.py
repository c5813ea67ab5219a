"""Which figures are hidden so that no count of few people can be told from the others."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import BoolArray
from survey.stats.disclosure.published_sums import PublishedSums, Reach, reach
from survey.stats.errors import StatsError

_ROUNDING = 1e-6


class CannotHideError(StatsError):
    """A count of few people can be told from figures that must be shown."""

    code = "cannot_hide"


def hide_small(
    sums: PublishedSums, *, smallest: float, width: float, fixed: BoolArray
) -> BoolArray:
    """Choose the figures that are shown.

    Parameters
    ----------
    sums : PublishedSums
    smallest : float
        A figure of fewer, but not of none, is not shown.
    width : float
        No figure that is not shown may be bounded closer than this.
    fixed : ndarray of bool, shape (f,)
        Figures that are shown whatever they say, since everybody knows them.

    Returns
    -------
    ndarray of bool, shape (f,)
        Which figures are shown.

    Raises
    ------
    CannotHideError
        If what is ``fixed`` gives a figure away, by which figures; or is itself of too few.
    NoReachError
        If the counts contradict one another.

    Notes
    -----
    Secondary suppression, one figure after another: while a figure not shown can be bounded too
    closely, the smallest of those that hold it there is not shown either, a single count before a
    sum. What is hidden never comes back, so it ends; the choice is not the least possible one
    (that is a problem in whole numbers), and is the same for the same counts.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.disclosure import PublishedSums, hide_small
    >>> table = PublishedSums(
    ...     names=("a", "b", "c", "all"), values=np.array([4.0, 30.0, 20.0, 54.0]),
    ...     parts=np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]),
    ...     rules=np.zeros((0, 3)),
    ... )
    >>> known = np.array([False, False, False, True])
    >>> hide_small(table, smallest=10, width=10, fixed=known).tolist()
    [False, True, False, True]
    """
    small = (sums.values > 0) & (sums.values < smallest)
    if (small & fixed).any():
        first = int(np.flatnonzero(small & fixed)[0])
        raise CannotHideError(figure=sums.names[first], by=())
    shown, safe = ~small, np.zeros(small.size, dtype=np.bool_)
    while (left := np.flatnonzero(~shown & ~safe)).size:
        figure = int(left[0])
        found = reach(sums, shown, figure)
        if found.width >= width - _ROUNDING:
            safe[figure] = True  # hiding more only widens it
            continue
        shown[_next(sums, found, figure, fixed)] = False
    return shown


def _next(sums: PublishedSums, found: Reach, figure: int, fixed: BoolArray) -> int:
    """Return the figure to hide so that another is told less closely."""
    open_to = [int(one) for one in found.by if not fixed[one]]
    if not open_to:
        by = tuple(sums.names[int(one)] for one in found.by)
        raise CannotHideError(figure=sums.names[figure], by=by)
    return min(open_to, key=lambda one: (sums.parts[one].sum() > 1, sums.values[one], one))
