"""How sure a rank is: simultaneous sets of ranks, and tiers that cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.errors import StatsError

_BLOCK_DRAWS = 1_000


class RankingError(StatsError):
    """Scores and covariance that do not fit together."""

    code = "ranking_input"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankSets:
    """For each unit the ranks that the data do not rule out.

    Attributes
    ----------
    lower, upper : ndarray of intp, shape (p,)
        Best and worst rank, 1 is best.
    critical : float
        Last critical value of the studentised differences; of sets for each unit alone, the
        largest.
    """

    lower: IndexArray
    upper: IndexArray
    critical: float


def rank_sets(
    *,
    scores: FloatArray,
    covariance: FloatArray,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = 20000,
    stepdown: bool = True,
    simultaneous: bool = True,
) -> RankSets:
    """Find sets that hold all true ranks at once, or each by itself, with the given confidence.

    Parameters
    ----------
    scores : ndarray of float64, shape (p,)
        Higher is better.
    covariance : ndarray of float64, shape (p, p)
        Of the scores; diagonal for independent units.
    rng : numpy.random.Generator
        Source of the draws: the plan's seed makes the sets reproducible.
    confidence : float
        In (0, 1).
    draws : int
        Number of draws from N(0, covariance).
    stepdown : bool
        Look again at the differences not yet significant with the smaller critical value
        they then need.
    simultaneous : bool
        False: the set of each unit holds its rank with the confidence, looked at alone; smaller,
        and of many units some will be wrong. For a unit's own page, never for a list of ranks or
        for tiers.

    Returns
    -------
    RankSets
        lower = 1 + number of units significantly better, upper = p - number significantly
        worse.

    Raises
    ------
    RankingError
        If the shapes do not fit, or a variance is negative or not finite.

    Notes
    -----
    A difference with standard error zero is significant whenever it is not zero. Holm-type
    stepdown over all ordered pairs, the maximum of |t| being symmetric; of a unit alone, over
    its differences from the others.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024), Inference for Ranks
    with Applications to Mobility across Neighbourhoods and Academic Achievement across
    Countries, Review of Economic Studies 91, 476-518, doi:10.1093/restud/rdad006.

    Checked against R ``csranks::csranks(x, Sigma, simul = TRUE | FALSE, stepdown = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import rank_sets
    >>> found = rank_sets(
    ...     scores=np.array([85.0, 84.0, 70.0]),
    ...     covariance=np.eye(3),
    ...     rng=np.random.default_rng(1),
    ... )
    >>> found.lower, found.upper
    (array([1, 1, 3]), array([2, 2, 3]))
    """
    check_scores(scores, covariance)
    normal = draw_errors(covariance, rng, draws)
    first, second = np.triu_indices(scores.size, 1)
    difference = scores[first] - scores[second]
    se = _difference_se(covariance, first, second)
    step = _Step(normal, first, second, difference, se, confidence, stepdown)
    if simultaneous:
        significant, critical = step.of(np.ones(first.size, dtype=bool))
        return _sets(scores.size, np.where(significant, difference, 0.0), first, second, critical)
    lower, upper, criticals = [], [], [0.0]
    for unit in range(scores.size):
        significant, critical = step.of((first == unit) | (second == unit))
        found = np.where(significant, difference, 0.0)
        alone = _sets(scores.size, found, first, second, critical)
        lower.append(alone.lower[unit])
        upper.append(alone.upper[unit])
        criticals.append(critical)
    return RankSets(lower=np.array(lower), upper=np.array(upper), critical=max(criticals))


@dataclass(frozen=True, slots=True)
class _Step:
    """Differences of pairs, and draws of their errors."""

    normal: FloatArray
    first: IndexArray
    second: IndexArray
    difference: FloatArray
    se: FloatArray
    confidence: float
    stepdown: bool

    def of(self, pairs: BoolArray) -> tuple[BoolArray, float]:
        """Tell which of the ``pairs`` differ, and the last critical value."""
        significant = pairs & (self.se <= 0) & (self.difference != 0)
        left = pairs & (self.se > 0)
        critical = 0.0
        while left.any():
            here = np.flatnonzero(left)
            critical = _critical(
                self.normal, self.first[here], self.second[here], self.se[here], self.confidence
            )
            new = here[np.abs(self.difference[here]) > critical * self.se[here]]
            significant[new] = True
            left[new] = False
            if not (self.stepdown and new.size):
                break
        return significant, critical


def _sets(
    p: int,
    difference: FloatArray,
    first: IndexArray,
    second: IndexArray,
    critical: float,
) -> RankSets:
    """Count for each unit who is significantly better and worse; insignificant is zero."""
    wins = np.bincount(first, difference > 0, p) + np.bincount(second, difference < 0, p)
    losses = np.bincount(first, difference < 0, p) + np.bincount(second, difference > 0, p)
    return RankSets(
        lower=(1 + losses).astype(np.intp), upper=(p - wins).astype(np.intp), critical=critical
    )


def check_scores(scores: FloatArray, covariance: FloatArray) -> None:
    """Refuse scores and a covariance that do not fit together."""
    if covariance.shape != (scores.size, scores.size):
        raise RankingError("shape", units=scores.size)
    if not (np.isfinite(scores).all() and np.isfinite(covariance).all()):
        raise RankingError("not_finite")
    if (np.diag(covariance) < 0).any():
        raise RankingError("negative_variance")


def _difference_se(covariance: FloatArray, first: IndexArray, second: IndexArray) -> FloatArray:
    variance = np.diag(covariance)
    squared = variance[first] + variance[second] - 2 * covariance[first, second]
    return np.sqrt(np.maximum(squared, 0))


def draw_errors(covariance: FloatArray, rng: np.random.Generator, draws: int) -> FloatArray:
    """Return draws of N(0, covariance), shape (draws, p), by the symmetric root."""
    values, vectors = np.linalg.eigh(covariance)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return np.asarray(rng.standard_normal((draws, covariance.shape[0])) @ root)


def _critical(
    normal: FloatArray,
    first: IndexArray,
    second: IndexArray,
    se: FloatArray,
    confidence: float,
) -> float:
    """Return the quantile of the largest |t| over the pairs.

    Unit by unit against its partners, in blocks of draws that stay in the processor's cache.
    """
    largest = np.zeros(normal.shape[0])
    partners = [
        (int(unit), second[first == unit], (1 / se[first == unit])[:, None])
        for unit in np.unique(first)
    ]
    for start in range(0, normal.shape[0], _BLOCK_DRAWS):
        block = np.ascontiguousarray(normal[start : start + _BLOCK_DRAWS].T)
        most = largest[start : start + _BLOCK_DRAWS]
        for unit, others, precision in partners:
            t = np.abs(block[others] - block[unit])
            t *= precision
            np.maximum(most, t.max(axis=0), out=most)
    return float(np.quantile(largest, confidence))


def tiers(sets: RankSets) -> IndexArray:
    """Group units whose rank sets chain together, best tier first, shape (p,).

    Two units are in one tier when their sets overlap, or chains of overlapping sets join
    them. So between tiers the order is certain (at the sets' confidence), inside one it need
    not be; with little data there is one tier, and that is the honest answer.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import rank_sets, tiers
    >>> sets = rank_sets(
    ...     scores=np.array([85.0, 84.0, 70.0]),
    ...     covariance=np.eye(3),
    ...     rng=np.random.default_rng(1),
    ... )
    >>> tiers(sets)
    array([1, 1, 2])
    """
    order = np.lexsort((sets.upper, sets.lower))
    reach = np.maximum.accumulate(sets.upper[order])
    starts = np.concatenate([[False], sets.lower[order][1:] > reach[:-1]])
    out = np.empty(order.size, dtype=np.intp)
    out[order] = 1 + np.cumsum(starts)
    return out
