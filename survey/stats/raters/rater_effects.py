"""Weighted unit means net of their raters' leniency, with an error that counts who rated what.

People who rate several units tie them together: what a rater gives all of them alike is no
difference between units. Taking it out leaves comparisons more exact, and right where lenient
people choose other units than severe ones. The level stays that of the weighted means.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray, sum_by
from survey.stats.scipy_calls import SparseMatrix, chdtrc, connected_components, csr_matrix, hstack
from survey.stats.weighting.auxiliary import Auxiliary, solve_gram

Choice = Literal["random", "within"]
Wanted = Literal["auto", "random", "within"]

LEVEL = 0.05  # of the test that who rates what is unrelated to leniency
_MOST = 0.5
_ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratings:
    """Ratings of units by raters, one entry each.

    Attributes
    ----------
    rater : ndarray of intp, shape (r,)
        Codes below ``n_raters``.
    unit : ndarray of intp, shape (r,)
        Codes below ``n_units``.
    score, weight : ndarray of float64, shape (r,)
    effect : ndarray of float64, shape (r,)
        Part of the score that belongs to whom the rater stands for (age, sex), which is no
        leniency: weights answer for it, and it stays in the means.
    n_raters, n_units : int
    """

    rater: IndexArray
    unit: IndexArray
    score: FloatArray
    weight: FloatArray
    effect: FloatArray
    n_raters: int
    n_units: int

    @property
    def number(self) -> FloatArray:
        """Ratings of each rater, shape (n_raters,)."""
        return np.bincount(self.rater, minlength=self.n_raters).astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetMeans:
    """Unit means net of raters, and how each rating moves them.

    Attributes
    ----------
    mean : ndarray of float64, shape (u,)
        NaN where nobody rated the unit.
    left, level : ndarray of float64, shape (r,)
        What each rating, unweighted, leaves of its unit's equation, and of the level.
    slope : ndarray of float64, shape (u + 1, u)
        Weighted sums of ``left`` by unit, and the weighted sum of ``level``, times this: the
        error of the means, to first order.
    """

    mean: FloatArray
    left: FloatArray
    level: FloatArray
    slope: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterModel:
    """The means, how raters were taken out, and what spoke for it.

    Attributes
    ----------
    net : NetMeans
    covariance : ndarray of float64, shape (u, u)
    choice : str
        ``random`` or ``within``.
    hausman, p_value : float
        Statistic of the difference between the two, and its p-value; nan where raters do not
        connect the units, which leaves ``random``.
    n_components : int
        Sets of units that raters connect.
    ratio : float
        Variance of leniency over that of one rating's error.
    """

    net: NetMeans
    covariance: FloatArray
    choice: Choice
    hausman: float
    p_value: float
    n_components: int
    ratio: float


def rater_effects_of(
    *,
    auxiliary: Auxiliary,
    row: IndexArray,
    unit: IndexArray,
    score: FloatArray,
    n_units: int,
) -> FloatArray:
    """Return what each rating owes to the rater's categories, 0 on average, shape (r,).

    Parameters
    ----------
    auxiliary : Auxiliary
        The categories; leave out those that go with the units (a township's residents rate
        their own town hall), whose effect is the unit's.
    row : ndarray of intp, shape (r,)
        Row of ``auxiliary`` of each rating.
    unit, score : ndarray, shape (r,)
    n_units : int

    Notes
    -----
    Least squares of the score on unit and categories, by fitting each to what the other
    leaves, in turn.
    """
    size = auxiliary.values.shape[0]
    number = np.maximum(np.bincount(unit, minlength=n_units), 1)
    gram = auxiliary.gram(np.bincount(row, minlength=size).astype(np.float64))
    effect = np.zeros(score.size)
    for _ in range(_ROUNDS):
        mean = np.bincount(unit, score - effect, n_units) / number
        right = auxiliary.transpose_times(sum_by(row, size, (score - mean[unit])[:, None]))
        effect = auxiliary.times(solve_gram(gram, right))[row, 0]
        effect = effect - effect.mean()
    return effect


def variance_ratio(ratings: Ratings) -> float:
    """Return Var(leniency) / Var(error), by moments: products of two ratings of one rater."""
    rest = ratings.score - ratings.effect
    number = np.maximum(np.bincount(ratings.unit, minlength=ratings.n_units), 1)
    rest = rest - (np.bincount(ratings.unit, rest, ratings.n_units) / number)[ratings.unit]
    total = np.bincount(ratings.rater, rest, ratings.n_raters)
    pairs = float((ratings.number * (ratings.number - 1)).sum())
    squares = float(rest @ rest)
    if not pairs or not squares:
        return 0.0
    between = max(0.0, (float(total @ total) - squares) / pairs)
    return between / max(squares / rest.size - between, 1e-9 * squares / rest.size)


def fit_net(ratings: Ratings, *, choice: Choice, ratio: float) -> NetMeans:
    """Solve sum_r w_r (y_r - m_u - a_i) = 0 for every unit u.

    Parameters
    ----------
    ratings : Ratings
    choice : str
        random: a_i is the rater's mean residual times k / (k + 1 / ratio), k ratings;
        within: the mean residual itself.
    ratio : float
        Only for random; 0 leaves the weighted means.

    Returns
    -------
    NetMeans

    Notes
    -----
    Residuals are of score less ``effect`` and unit. With equal weights these are Henderson's
    equations: best linear unbiased for units, and the choice of ``ratio`` costs efficiency,
    never unbiasedness, as long as who rates what is unrelated to leniency. Weighted, they are
    estimating equations linear in the scores.

    Units get a common amount so that their weighted average stays that of the weighted means:
    leniency of a whole county may be true satisfaction.

    References
    ----------
    Henderson, C. R. (1975), Biometrics 31, 423-447. doi:10.2307/2529430
    Checked against R ``lme4::lmer(score ~ 0 + unit + (1 | rater))`` with its variances.
    """
    u, n = ratings.n_units, ratings.n_raters
    weight, number = ratings.weight, np.maximum(ratings.number, 1)
    pull = 1 / number if choice == "within" else ratio / (1 + number * ratio)
    total = np.bincount(ratings.unit, weight, u)
    rated = total > 0
    left_table = csr_matrix((weight, (ratings.rater, ratings.unit)), shape=(n, u))
    table = csr_matrix((np.ones(weight.size), (ratings.rater, ratings.unit)), shape=(n, u))
    matrix = np.diag(total) - (left_table.T @ table.multiply(pull[:, None])).toarray()
    if choice == "within":  # differences alone are known: singular by one
        inverse = np.linalg.pinv(matrix, rcond=1e-10)
    else:
        inverse = np.linalg.inv(matrix + np.diag(~rated))
    rest = pull * np.bincount(ratings.rater, ratings.score - ratings.effect, n)
    right = np.bincount(ratings.unit, weight * (ratings.score - rest[ratings.rater]), u)
    mean = inverse @ right
    direct = np.bincount(ratings.unit, weight * ratings.score, u) / np.where(rated, total, 1.0)
    net = ratings.score - mean[ratings.unit]
    lenient = pull * np.bincount(ratings.rater, net - ratings.effect, n)
    share = total / total.sum()
    return NetMeans(
        mean=np.where(rated, mean + share @ (direct - mean), np.nan),
        left=net - lenient[ratings.rater],
        level=(ratings.score - direct[ratings.unit]) / total.sum(),
        slope=np.vstack([((np.eye(u) - share) @ inverse).T, np.ones((1, u))]),
    )


def contributions(
    ratings: Ratings, net: NetMeans, *, left: FloatArray | None = None,
    level: FloatArray | None = None,
) -> SparseMatrix:  # fmt: skip
    """Return each rater's weighted part in every unit's equation and the level, (n, u + 1).

    ``left`` and ``level`` replace those of ``net``: residuals on calibration variables where
    the weights were calibrated unit by unit.
    """
    n, u = ratings.n_raters, ratings.n_units
    first = ratings.weight * (net.left if left is None else left)
    last = ratings.weight * (net.level if level is None else level)
    units = csr_matrix((first, (ratings.rater, ratings.unit)), shape=(n, u))
    total = csr_matrix(np.bincount(ratings.rater, last, n)[:, None])
    return hstack([units, total]).tocsr()


def sandwich(parts: SparseMatrix, slope: FloatArray) -> FloatArray:
    """Covariance of the means from each rater's part in their equations: raters are drawn."""
    n = parts.shape[0]
    sums = np.asarray(parts.sum(axis=0)).ravel()
    square = (parts.T @ parts).toarray() - np.outer(sums, sums) / n
    return np.asarray(n / max(n - 1, 1) * slope.T @ square @ slope)


Covariance = Callable[[tuple[tuple[NetMeans, float], ...]], FloatArray]


def choose_net(ratings: Ratings, *, covariance: Covariance, wanted: Wanted = "auto") -> RaterModel:
    """Take raters out as random, or within raters where who rates what goes with leniency.

    Parameters
    ----------
    ratings : Ratings
    covariance : callable
        Covariance of a combination of fits: given ((fit, factor), ...), of sum factor * means.
    wanted : str
        ``auto`` lets a test of the difference between the two fits decide at 5 %.

    Returns
    -------
    RaterModel

    Notes
    -----
    Hausman's test with the sandwich covariance of the difference, so that neither fit need be
    efficient. Where raters do not connect all units they cannot all be compared within raters;
    and where most ratings are of people who rated one unit the test does not leave their
    answers out for those of the few (``within`` asked for by name does).

    References
    ----------
    Hausman, J. A. (1978), Econometrica 46, 1251-1271. doi:10.2307/1913827
    """
    ratio, n_components = variance_ratio(ratings), _components(ratings)
    random = fit_net(ratings, choice="random", ratio=ratio)
    statistic, p_value, chosen, name = np.nan, np.nan, random, "random"
    if n_components == 1 and ratio > 0 and wanted != "random":
        within = fit_net(ratings, choice="within", ratio=ratio)
        spread = covariance(((within, 1.0), (random, -1.0)))
        statistic, p_value = _distance(np.nan_to_num(within.mean - random.mean), spread)
        if wanted == "within" or (p_value < LEVEL and _of_several(ratings) >= _MOST):
            chosen, name = within, "within"
    return RaterModel(
        net=chosen,
        covariance=covariance(((chosen, 1.0),)),
        choice="within" if name == "within" else "random",
        hausman=statistic,
        p_value=p_value,
        n_components=n_components,
        ratio=ratio,
    )


def _of_several(ratings: Ratings) -> float:
    """Return the share of the ratings that come from people who rated more than one unit."""
    return float((ratings.number > 1)[ratings.rater].mean())


def _distance(gap: FloatArray, spread: FloatArray) -> tuple[float, float]:
    values, vectors = np.linalg.eigh((spread + spread.T) / 2)
    kept = values > 1e-8 * max(float(values[-1]), 1e-300)
    along = vectors[:, kept].T @ gap
    statistic = float((along**2 / values[kept]).sum())
    return statistic, float(chdtrc(int(kept.sum()), statistic))


def _components(ratings: Ratings) -> int:
    """Count the sets of rated units that raters of several connect."""
    links = csr_matrix(
        (np.ones(ratings.unit.size), (ratings.rater, ratings.n_raters + ratings.unit)),
        shape=(ratings.n_raters + ratings.n_units,) * 2,
    )
    _, component = connected_components(links, directed=False)
    return int(np.unique(component[ratings.n_raters :][np.unique(ratings.unit)]).size)
