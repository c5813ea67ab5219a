"""Indices of careless answering, as R careless computes them."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError

_SINGULAR = 1e-10


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
        nan where there is no answer: the distance is that in the items answered, times k over
        their number, so that it is as large on average whatever was answered.

    Returns
    -------
    ndarray of float64, shape (n,)
        Zero where nothing was answered.

    Notes
    -----
    Means over those who answered an item, covariances over those who answered both. These may
    be singular (an item all answer alike, items centred within respondents): the
    pseudo-inverse of what is positive is used.

    References
    ----------
    Meade, A. W. and Craig, S. B. (2012), Psychological Methods 17, 437-455.
    doi:10.1037/a0028085

    Checked against R ``careless::mahad(x)``, with missing answers against ``S <- cov(x, use =
    "pairwise")`` and ``mahalanobis(x[i, o], colMeans(x, na.rm = TRUE)[o], S[o, o]) * k /
    sum(o)``, ``o`` being the items answered.

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
    mean = np.where(known, items, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    centred = np.where(known, items - mean, 0.0)
    covariance = _pairwise(centred, known.astype(np.float64))
    out = np.zeros(items.shape[0])
    patterns, place = np.unique(known, axis=0, return_inverse=True)
    place = place.reshape(-1)
    for number, answered in enumerate(patterns):
        if not answered.any():
            continue
        rows = np.flatnonzero(place == number)
        distance = centred[np.ix_(rows, answered)] @ _root(covariance[np.ix_(answered, answered)])
        out[rows] = (distance**2).sum(axis=1) * (answered.size / answered.sum())
    return out


def _pairwise(centred: FloatArray, known: FloatArray) -> FloatArray:
    """Covariance of each two items over those who answered both, as R: shape (k, k)."""
    n = known.T @ known
    sums = centred.T @ known
    products = centred.T @ centred - sums * sums.T / np.maximum(n, 1)
    return np.asarray(np.where(n > 1, products / np.maximum(n - 1, 1), 0.0))


def _root(covariance: FloatArray) -> FloatArray:
    """Return R with R R' the pseudo-inverse of what is positive in ``covariance``."""
    values, vectors = np.linalg.eigh(covariance)
    used = values > _SINGULAR * max(float(values[-1]), 0.0)
    return np.asarray(vectors[:, used] / np.sqrt(values[used]))


def _check(items: FloatArray) -> None:
    if items.ndim != 2 or items.shape[1] < 1:
        raise CarelessError("items_shape")
