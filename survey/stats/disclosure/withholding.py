"""Which facts about a person a file of single answers leaves out, so that nobody stands alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, IndexArray
from survey.stats.errors import StatsError

WITHHELD = -1


class TooFewRowsError(StatsError):
    """There are fewer rows than anybody may be hidden among."""

    code = "too_few_rows"


def withhold_rare(facts: NDArray[np.intp], *, smallest: int) -> BoolArray:
    """Choose the facts that are left out, so that each row is like enough others in what is left.

    Parameters
    ----------
    facts : ndarray of intp, shape (n, k)
        Codes of 0 and more, the fact that matters most first; -1 where it is left out already.
    smallest : int
        So many rows at least are alike in all their facts, "left out" being one as any other.

    Returns
    -------
    ndarray of bool, shape (n, k)
        Which facts are left out; where they were before, too.

    Raises
    ------
    TooFewRowsError
        If there are rows, but fewer than ``smallest``.

    Notes
    -----
    k-anonymity by local suppression, one fact after another: among rows alike in the facts before,
    those whose fact is shared by fewer than ``smallest`` leave it out; are these themselves too
    few, the next rarest value joins them until they are not. So what is left out is never one value
    alone. Rows and values in another order give the same choice. It says nothing of what the rows
    of one class have in common otherwise: where all of them answered alike, each is known to.

    References
    ----------
    Samarati, P. (2001), Protecting respondents' identities in microdata release,
    doi:10.1109/69.971193; Sweeney, L. (2002), Achieving k-anonymity privacy protection using
    generalization and suppression, doi:10.1142/S021848850200165X.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.disclosure import withhold_rare
    >>> facts = np.array([[0, 0], [0, 0], [0, 0], [0, 1], [0, 2], [1, 0], [1, 0]])
    >>> withhold_rare(facts, smallest=2)[:, 1].tolist()
    [False, False, False, True, True, False, False]
    """
    n, k = facts.shape
    if 0 < n < smallest:
        raise TooFewRowsError(rows=n, smallest=smallest)
    left_out = facts < 0
    classes = np.zeros(n, dtype=np.intp)
    for column in range(k):
        left_out[:, column] = _rare(classes, facts[:, column], smallest)
        seen = np.where(left_out[:, column], WITHHELD, facts[:, column])
        classes = _numbered(classes, seen)
    return left_out


def _numbered(classes: IndexArray, values: IndexArray) -> IndexArray:
    """Return one number for each pair of a class and a value."""
    pairs = np.stack([classes, values], axis=1)
    _, codes = np.unique(pairs, axis=0, return_inverse=True)
    return codes.reshape(-1).astype(np.intp)


def _rare(classes: IndexArray, values: IndexArray, smallest: int) -> BoolArray:
    """Return which rows leave a fact out."""
    pairs, pair_of, counts = np.unique(
        np.stack([classes, values], axis=1), axis=0, return_inverse=True, return_counts=True
    )
    hidden = (pairs[:, 1] < 0) | (counts < smallest)
    for one in np.unique(pairs[hidden, 0]):
        of = np.flatnonzero(pairs[:, 0] == one)
        rest = sorted(of[~hidden[of]], key=lambda place: (counts[place], pairs[place, 1]))
        together = int(counts[of[hidden[of]]].sum())
        while rest and together < smallest:
            together += int(counts[rest[0]])
            hidden[rest.pop(0)] = True
    found: BoolArray = hidden[pair_of.reshape(-1)]
    return found
