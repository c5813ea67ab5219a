"""Identical answers: in which windows they can dominate, and how common they are elsewhere.

Counted once for all windows of all units, so that a million answers take seconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, IndexArray

Window = tuple[int, int]


def dominated(
    vectors: NDArray[np.int64], windows: Sequence[Window], *, share: float
) -> list[Window]:
    """Return the windows in which one vector makes up a share at least.

    Parameters
    ----------
    vectors : ndarray of int64, shape (n,)
        One number per answer, equal where all its items are, in the order of time.
    windows : sequence of (start, stop)
        Slices of the answers; neither starts nor stops may go back.
    share : float
        Between 0 and 1.

    Returns
    -------
    list of (start, stop)
        Those windows, in their order.

    Examples
    --------
    >>> dominated(np.array([7, 7, 7, 1, 2]), [(0, 4), (1, 5), (2, 5)], share=0.5)
    [(0, 4), (1, 5)]
    """
    values = vectors.tolist()
    times: defaultdict[int, int] = defaultdict(int)
    having: defaultdict[int, int] = defaultdict(int)  # how many vectors are there so often
    most = begun = ended = 0
    found = []
    for start, stop in windows:
        for value in values[ended:stop]:
            n = times[value]
            times[value] = n + 1
            having[n] -= 1
            having[n + 1] += 1
            most = max(most, n + 1)
        for value in values[begun:start]:
            n = times[value]
            times[value] = n - 1
            having[n] -= 1
            having[n - 1] += 1
            if n == most and not having[n]:
                most = n - 1
        begun, ended = start, stop
        if most >= share * (stop - start):
            found.append((start, stop))
    return found


class Elsewhere:
    """How many invited answers of a group about other units are like one of a unit.

    Parameters
    ----------
    unit, group : ndarray of intp, shape (n,)
        Indices of each answer's unit and group.
    vectors : ndarray of int64, shape (n,)
        One number per answer, equal where all its items are.
    invited : ndarray of bool, shape (n,)
        Which answers count.

    Examples
    --------
    >>> unit, group = np.array([0, 1, 1, 2]), np.array([0, 0, 0, 0])
    >>> counted = Elsewhere(unit, group, np.array([5, 5, 6, 5]), np.full(4, True))
    >>> n, alike = counted.counts(0, np.array([0]), vector=5)
    >>> n.tolist(), alike.tolist()
    ([3], [2])
    """

    def __init__(
        self, unit: IndexArray, group: IndexArray, vectors: NDArray[np.int64], invited: BoolArray
    ) -> None:
        self._values, code = np.unique(vectors[invited], return_inverse=True)
        unit, group = unit[invited], group[invited]
        self._n_groups = int(group.max(initial=-1)) + 1
        of_group, of_unit = group * self._values.size + code, unit * self._n_groups + group
        self._in_group = np.bincount(group, minlength=self._n_groups)
        self._in_unit = np.bincount(of_unit)
        self._alike_in_group = np.unique(of_group, return_counts=True)
        self._alike_in_unit = np.unique(of_unit * self._values.size + code, return_counts=True)

    def counts(
        self, unit: int, groups: IndexArray, *, vector: int
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return of each group the answers about other units, and those equal to a vector.

        The unit and the groups are those of an invited answer equal to the vector.
        """
        size = self._values.size
        code = int(np.searchsorted(self._values, vector))
        of_unit = unit * self._n_groups + groups
        n = self._in_group[groups] - self._in_unit[of_unit]
        alike = _found(self._alike_in_group, groups * size + code)
        return n, alike - _found(self._alike_in_unit, of_unit * size + code)


def _found(
    counted: tuple[NDArray[np.int64], NDArray[np.int64]], keys: NDArray[np.int64]
) -> NDArray[np.int64]:
    known, counts = counted
    place = np.minimum(np.searchsorted(known, keys), known.size - 1)
    return np.where(known[place] == keys, counts[place], 0)
