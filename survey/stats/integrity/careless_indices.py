"""Indices of careless answering, as R careless computes them."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError


class CarelessError(StatsError):
    """Items or paradata from which no index can be computed."""

    code = "careless_input"


def longstring(items: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the longest and the average run of identical answers.

    Parameters
    ----------
    items : ndarray of float64, shape (n, k)
        Answers in the order asked; nan (不了解, left empty) equals nothing, not even nan.

    Returns
    -------
    longest, average : ndarray of float64, shape (n,)

    References
    ----------
    Johnson, J. A. (2005), J. Research in Personality 39, 103-129.
    doi:10.1016/j.jrp.2004.09.009

    Checked against R ``careless::longstring(x, avg = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import longstring
    >>> longest, average = longstring(
    ...     np.array([[4.0, 4.0, 4.0, 4.0], [5.0, 3.0, 3.0, 1.0]])
    ... )
    >>> longest, average.round(2)
    (array([4., 2.]), array([4.  , 1.33]))
    """
    _check(items)
    n, k = items.shape
    run = np.ones(n)
    longest = np.ones(n)
    n_runs = np.ones(n)
    for column in range(1, k):
        same = items[:, column] == items[:, column - 1]
        run = np.where(same, run + 1, 1.0)
        longest = np.maximum(longest, run)
        n_runs += ~same
    return longest, k / n_runs


def irv(items: FloatArray) -> FloatArray:
    """Return the standard deviation of each respondent's answers.

    Parameters
    ----------
    items : ndarray of float64, shape (n, k)
        nan is passed over.

    Returns
    -------
    ndarray of float64, shape (n,)
        nan with fewer than two answers.

    References
    ----------
    Dunn, A. M. et al. (2018), J. Business and Psychology 33, 105-121.
    doi:10.1007/s10869-016-9479-0

    Checked against R ``careless::irv(x)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import irv
    >>> irv(np.array([[4.0, 4.0, 4.0, 4.0], [5.0, 3.0, 3.0, 1.0]])).round(3)
    array([0.   , 1.633])
    """
    _check(items)
    known = np.isfinite(items)
    n = known.sum(axis=1)
    mean = np.where(known, items, 0.0).sum(axis=1) / np.maximum(n, 1)
    squares = (np.where(known, items - mean[:, None], 0.0) ** 2).sum(axis=1)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def mahalanobis(items: FloatArray) -> FloatArray:
    """Return the squared distance of each respondent's answers from the mean answer.

    Parameters
    ----------
    items : ndarray of float64, shape (n, k)
        nan stands at the item's mean, and the distance is scaled up to k items.

    Returns
    -------
    ndarray of float64, shape (n,)

    Notes
    -----
    The covariance may be singular (an item all answer alike, items centred within respondents):
    its pseudo-inverse is used.

    References
    ----------
    Meade, A. W. and Craig, S. B. (2012), Psychological Methods 17, 437-455.
    doi:10.1037/a0028085

    Checked against R ``careless::mahad(x)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import mahalanobis
    >>> answers = np.array([[4.0, 4.0], [5.0, 5.0], [3.0, 3.0], [1.0, 5.0], [4.0, 5.0]])
    >>> int(mahalanobis(answers).argmax())
    3
    """
    _check(items)
    known = np.isfinite(items)
    n_known = known.sum(axis=0)
    mean = np.where(known, items, 0.0).sum(axis=0) / np.maximum(n_known, 1)
    centred = np.where(known, items - mean, 0.0)
    covariance = centred.T @ centred / max(items.shape[0] - 1, 1)
    inverse = np.linalg.pinv(covariance, rcond=1e-10, hermitian=True)
    distance = np.einsum("ij,jk,ik->i", centred, inverse, centred)
    return np.asarray(distance * items.shape[1] / np.maximum(known.sum(axis=1), 1))


def _check(items: FloatArray) -> None:
    if items.ndim != 2 or items.shape[1] < 1:
        raise CarelessError("items must have shape (n, k) with k of 1 or more")
