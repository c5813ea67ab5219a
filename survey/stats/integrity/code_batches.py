"""Batches of one-time codes that are answered as batches nobody holds in hand never are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.random_effects import LEAST, between_variance
from survey.stats.scipy_calls import stdtr

MEASURES = ("share", "delay", "spread", "alike")
_FEWEST_ISSUED = 10
_FEWEST_ANSWERS = 8  # of a batch, before anything is said of their times and ratings
_FEWEST_OTHERS = 6  # batches to compare with
_MOST_FREEDOM = 20  # so that honest batches may have longer tails than the normal distribution
_HOUR = 3600.0
# Standard deviations by which honest batches differ at least, however alike the others happen
# to be: who hands codes out, on which day, to which meeting.
_SLACK = {"share": 0.06, "delay": 0.25, "spread": 0.25, "alike": 0.2}
_UPWARDS = {"share": 1.0, "delay": -1.0, "spread": -1.0, "alike": -1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlikeBatch:
    """A batch unlike comparable ones.

    Attributes
    ----------
    batch : int
    measure : str
        The most striking of ``MEASURES``: answered more completely, sooner, closer together in
        time, or with ratings more alike.
    issued, answered : int
    share, usual_share : float
        Of its codes and of those of comparable batches.
    chance : float
        P-value after Holm's correction for all batches and measures of the campaign.
    """

    batch: int
    measure: str
    issued: int
    answered: int
    share: float
    usual_share: float
    chance: float


def unlike_batches(
    *,
    strata: IndexArray,
    issued: NDArray[np.int64],
    withdrawn: NDArray[np.int64] | None = None,
    batch: IndexArray,
    waited: NDArray[np.int64],
    items: NDArray[np.int8],
    best: int,
    level: float = 0.01,
) -> tuple[UnlikeBatch, ...]:
    """Find the batches answered far more completely, sooner, closer together or more alike.

    Parameters
    ----------
    strata : ndarray of intp, shape (b, s)
        What a batch is compared within, from the narrowest to the widest (class, group and
        channel; group and channel; group): the first with at least six other batches is used.
    issued : ndarray of int64, shape (b,)
        Codes of each batch.
    withdrawn : ndarray of int64, shape (b,), optional
        Of them those that were withdrawn before anybody answered. They are in no base, and the
        share of a batch with any is not compared: what is left of it was answered to the last.
    batch : ndarray of intp, shape (n,)
        Batch of each answer, -1 for those that came through none.
    waited : ndarray of int64, shape (n,)
        Seconds from when the code could be used to the answer.
    items : ndarray of int8, shape (n, k)
        Ratings 1 to `best`; 0 and below: none.
    best : int
        Highest rating.
    level : float
        Chance that an honest campaign has any finding.

    Returns
    -------
    tuple of UnlikeBatch
        In the order of their batches.

    Notes
    -----
    Each measure of a batch has an estimate and its sampling variance: Anscombe's arcsine of the
    share answered; mean log hours waited; log standard deviation of the hours; log of the ratings'
    variance against the largest possible one at their mean, Brown and Hauenstein's a_wg (2005,
    doi:10.1177/1094428105275376), linearised. A batch is held to the prediction interval of
    the others of its stratum in a random-effects model (Higgins, Thompson and Spiegelhalter
    2009, doi:10.1111/j.1467-985X.2008.00552.x), whose variance between batches is DerSimonian
    and Laird's (1986, doi:10.1016/0197-2456(86)90046-2), pooled over the strata and never below
    a slack that honest batches have: Student's t with at most 20 degrees of freedom. One-sided;
    Holm (1979) over all batches and measures. What
    is found is left out and the rest is compared anew, so that several of a kind do not hide
    one another.

    Examples
    --------
    Twelve batches of 60 codes with about 23 answers each, and one that is answered to the last:

    >>> n = np.array([22, 25, 21, 24, 23, 26, 20, 22, 24, 25, 23, 21, 60])
    >>> rng = np.random.default_rng(1)
    >>> found = unlike_batches(
    ...     strata=np.zeros((13, 1), dtype=np.intp),
    ...     issued=np.full(13, 60),
    ...     batch=np.repeat(np.arange(13), n),
    ...     waited=rng.integers(3600, 864000, n.sum()),
    ...     items=rng.integers(1, 6, (n.sum(), 8)).astype(np.int8),
    ...     best=5,
    ... )
    >>> [(one.batch, one.measure) for one in found]
    [(12, 'share')]
    """
    gone = np.zeros_like(issued) if withdrawn is None else withdrawn
    base, whole = issued - gone, gone == 0
    measured = _measures(issued, batch, waited, items, whole=whole, best=best)
    found: dict[int, tuple[str, float]] = {}
    while True:
        left = np.ones(issued.size, dtype=np.bool_)
        left[list(found)] = False
        fresh = _striking(measured, strata, left, level, n_found=len(found))
        if not fresh:
            break
        found |= fresh
    answered = np.bincount(batch[batch >= 0], minlength=issued.size)
    honest = np.ones(issued.size, dtype=np.bool_)
    honest[list(found)] = False
    return tuple(
        UnlikeBatch(
            batch=number,
            measure=found[number][0],
            issued=int(base[number]),
            answered=int(answered[number]),
            share=float(answered[number] / base[number]),
            usual_share=_usual(number, strata, honest & whole, base, answered),
            chance=found[number][1],
        )
        for number in sorted(found)
    )


def _usual(
    number: int,
    strata: IndexArray,
    honest: BoolArray,
    issued: NDArray[np.int64],
    answered: IndexArray,
) -> float:
    others = _others(number, strata, honest)
    return float(answered[others].sum() / max(issued[others].sum(), 1))


def _others(number: int, strata: IndexArray, usable: BoolArray) -> IndexArray:
    """Return the batches of the narrowest stratum that has enough; none if none has."""
    for column in strata.T:
        same = usable & (column == column[number])
        same[number] = False
        if same.sum() >= _FEWEST_OTHERS:
            return np.flatnonzero(same)
    return np.zeros(0, dtype=np.intp)


Measured = dict[str, tuple[FloatArray, FloatArray]]


def _measures(
    issued: NDArray[np.int64],
    batch: IndexArray,
    waited: NDArray[np.int64],
    items: NDArray[np.int8],
    *,
    whole: BoolArray,
    best: int,
) -> Measured:
    """Return estimate and variance of every measure of every batch, nan where there is none."""
    b = issued.size
    measured = {name: (np.full(b, np.nan), np.full(b, np.nan)) for name in MEASURES}
    answered = np.bincount(batch[batch >= 0], minlength=b)
    large = issued >= _FEWEST_ISSUED
    n = issued[large & whole].astype(np.float64)
    share = np.minimum(answered[large & whole], n)
    measured["share"][0][large & whole] = np.arcsin(np.sqrt((share + 0.375) / (n + 0.75)))
    measured["share"][1][large & whole] = 1 / (4 * n + 2)
    hours = np.maximum(waited, 0) / _HOUR
    for number in np.flatnonzero(large & (answered >= _FEWEST_ANSWERS)):
        rows = np.flatnonzero(batch == number)
        for name, (value, variance) in {
            "delay": _mean(np.log1p(hours[rows])),
            "spread": _log_sd(hours[rows]),
            "alike": _log_dispersion(items[rows], best=best),
        }.items():
            measured[name][0][number], measured[name][1][number] = value, variance
    return measured


def _mean(values: FloatArray) -> tuple[float, float]:
    return float(values.mean()), float(values.var(ddof=1) / values.size)


def _log_sd(hours: FloatArray) -> tuple[float, float]:
    """Return the log standard deviation and its linearised variance."""
    square = (hours - hours.mean()) ** 2
    spread = max(float(square.mean()), LEAST)
    return 0.5 * np.log(spread), float(((square / spread - 1) ** 2).sum() / (2 * hours.size) ** 2)


def _log_dispersion(ratings: NDArray[np.int8], *, best: int) -> tuple[float, float]:
    """Return the log of the ratings' variance against the largest at their means, linearised."""
    rated = ratings > 0
    mean = np.where(rated, ratings, 0).sum(axis=0) / np.maximum(rated.sum(axis=0), 1)
    apart = np.where(rated, ratings - mean, 0.0)
    square = (apart**2).sum(axis=1)
    room = np.maximum((mean - 1) * (best - mean), 0.05)
    most = (rated * room + (best + 1 - 2 * mean) * apart).sum(axis=1)
    ratio = max(float(square.sum() / max(most.sum(), LEAST)), 1e-3)
    influence = square / max(square.mean(), LEAST) - most / max(most.mean(), LEAST)
    return float(np.log(ratio)), float((influence**2).sum() / influence.size**2)


def _striking(
    measured: Measured, strata: IndexArray, left: BoolArray, level: float, *, n_found: int
) -> dict[int, tuple[str, float]]:
    """Return the batches beyond the others by Holm's rule, each by its least p-value."""
    tests = [
        (_p_value(int(number), name, measured, strata, left), int(number), name)
        for name in MEASURES
        for number in np.flatnonzero(left & np.isfinite(measured[name][0]))
    ]
    found: dict[int, tuple[str, float]] = {}
    n_tests = len(tests) + n_found * len(MEASURES)
    for rank, (p, number, name) in enumerate(sorted(tests)):
        chance = p * (n_tests - rank)
        if chance > level:
            break
        found.setdefault(number, (name, min(chance, 1.0)))
    return found


def _p_value(
    number: int, name: str, measured: Measured, strata: IndexArray, left: BoolArray
) -> float:
    value, variance = measured[name]
    usable = left & np.isfinite(value)
    others = _others(number, strata, usable)
    if not others.size:
        return 1.0
    apart = _UPWARDS[name] * (value[number] - value[others].mean())
    if apart < np.sqrt(_SLACK[name] ** 2 + variance[number]):
        return 1.0  # within what honest batches differ by at least, whatever the others say
    usable[number] = False
    between, freedom = between_variance(
        stratum=strata[usable, 0], value=value[usable], variance=variance[usable]
    )
    between = max(between, _SLACK[name] ** 2)
    weight = 1 / (np.maximum(variance[others], LEAST) + between)
    mean = (weight * value[others]).sum() / weight.sum()
    apart = _UPWARDS[name] * (value[number] - mean)
    t = apart / np.sqrt(between + variance[number] + 1 / weight.sum())
    return float(stdtr(min(freedom, _MOST_FREEDOM), -t))
