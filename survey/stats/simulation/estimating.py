"""The estimators compared, from the plain average to the whole pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.answer_shape import extreme_excess
from survey.stats.auxiliary import solve_gram
from survey.stats.bounded import calibrate
from survey.stats.calibration import Calibration, Margin, poststratify
from survey.stats.collusion import cluster_cap, find_collusion
from survey.stats.combination import Combination, UnitMeans, combine
from survey.stats.discrepancy import ALARM, discrepancy
from survey.stats.limiter import Limited, limit
from survey.stats.margin import EmptyCategoryError, InfeasibleBoundsError
from survey.stats.simulation.answering import Invited, Sheets, together
from survey.stats.simulation.county import POINTS, VARIABLES, County
from survey.stats.small_area import smooth_variances
from survey.stats.sums import total_by

FloatArray = NDArray[np.float64]

MIN_SECONDS = 20.0
ANCHOR_BOUND = 8.0
OPEN_BOUND = 5.0
_MIN_PER_CATEGORY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel by unit: the mean, and the shares of best and worst answers.

    ``extremes`` are raked, then unraked: who claims rare cells shows where weights do not hide
    it, who copies the county's demography where they do not blur it. ``counts`` (u, k) are of
    answers from worst to best, capped respondents counting what they keep.
    """

    mean: UnitMeans
    extremes: tuple[UnitMeans, ...]
    counts: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What the invited answers alone say."""

    channel: Channel
    alone: Combination


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimates:
    """What each estimator says of every unit, shape (u,) unless stated.

    Attributes
    ----------
    raw : ndarray of float64
        Plain mean of everything.
    anchor : Anchor
    combination, limited
        Before and after the limit.
    z : ndarray of float64
        Largest contradiction between open and invited answers; zero without open ones.
    kept : ndarray of float64, shape (n_open,)
        Factor screening left on the weight of each open respondent.
    set_aside : ndarray of bool, shape (n_open,)
        Named in a finding, for people to decide on.
    """

    raw: FloatArray
    anchor: Anchor
    combination: Combination
    limited: Limited
    z: FloatArray
    kept: FloatArray
    set_aside: NDArray[np.bool_]

    @property
    def anchor_score(self) -> FloatArray:
        """Mean of the invited answers, raked."""
        return self.anchor.channel.mean.mean

    @property
    def anchor_se(self) -> FloatArray:
        """Its standard error."""
        return np.sqrt(self.anchor.channel.mean.variance)

    @property
    def alarm(self) -> NDArray[np.bool_]:
        """Where the open answers contradict the invited ones."""
        return np.asarray(self.z > ALARM)


def estimate_anchor(county: County, invited: Invited, *, seed: int = 1) -> Anchor:
    """Estimate every unit from the invited answers alone."""
    channel = channel_means(county, invited.sheets, bound=ANCHOR_BOUND)
    alone = combine(
        anchor=channel.mean,
        open_sample=None,
        covariates=_kinds(county),
        rng=np.random.default_rng(seed),
    )
    return Anchor(channel=channel, alone=alone)


def estimate(
    county: County, invited: Invited, anchor: Anchor, volunteers: Sheets, *, seed: int = 1
) -> Estimates:
    """Estimate every unit from invited and open answers."""
    kept, set_aside = screened(volunteers)
    combination, z = anchor.alone, np.zeros(county.setting.n_units)
    if volunteers.network.size:
        free = channel_means(county, volunteers, bound=OPEN_BOUND, kept=kept)
        combination = combine(
            anchor=anchor.channel.mean,
            open_sample=free.mean,
            covariates=_kinds(county),
            rng=np.random.default_rng(seed),
        )
        z = largest_discrepancy(anchor.channel, free)
    return Estimates(
        raw=plain_means(county, together(invited.sheets, volunteers)),
        anchor=anchor,
        combination=combination,
        limited=limit(
            score=combination.score,
            se=combination.se,
            anchor_score=anchor.alone.score,
            anchor_se=np.sqrt(anchor.channel.mean.variance),
        ),
        z=z,
        kept=kept,
        set_aside=set_aside,
    )


def largest_discrepancy(anchor: Channel, free: Channel) -> FloatArray:
    """Return the largest sign of stuffing, shape (u,): by the mean, or by too many extremes.

    Too many best (or worst) answers show against the invited sample and against the shape of
    the other open answers; the two are nearly independent, so their sum over root two is as
    large by chance as either.
    """
    signs = [np.abs(discrepancy(anchor=anchor.mean, open_sample=free.mean))]
    shapes = (extreme_excess(free.counts), extreme_excess(free.counts[:, ::-1]))
    pairs = zip(anchor.extremes, free.extremes, strict=True)
    for place, (invited, other) in enumerate(pairs):
        excess = discrepancy(anchor=invited, open_sample=other)
        signs.append((excess + shapes[place % 2]) / np.sqrt(2))
    return np.asarray(np.max(np.nan_to_num(signs), axis=0))


def plain_means(county: County, sheets: Sheets) -> FloatArray:
    """Average all ratings of each unit."""
    size = county.setting.n_units
    number = np.bincount(sheets.unit, minlength=size)
    return np.asarray(np.bincount(sheets.unit, sheets.points, size) / np.maximum(number, 1))


def _kinds(county: County) -> FloatArray:
    kind = np.arange(county.setting.n_units) < county.setting.n_towns
    return np.stack([np.ones(kind.size), kind - kind.mean()], axis=1)


def screened(sheets: Sheets) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the factor screening leaves on each respondent, and who is named in a finding."""
    person, n = sheets.person, sheets.network.size
    items = (sheets.points[:, None] / 25).astype(np.int64)
    network, submitted_at = sheets.network[person], 60 * sheets.minute[person]
    if not n:
        return np.ones(0), np.zeros(0, dtype=np.bool_)
    findings = find_collusion(
        unit=sheets.unit,
        items=items,
        network=network,
        submitted_at=submitted_at,
        score=sheets.points,
        device=person.astype(np.int64),
        token=np.full(person.size, -1),
        channel=np.zeros(person.size, dtype=np.intp),
    )
    factor = cluster_cap(
        findings=findings,
        unit=sheets.unit,
        items=items,
        network=network,
        submitted_at=submitted_at,
    )
    kept = np.ones(n)
    np.minimum.at(kept, person, factor)
    kept[sheets.seconds < MIN_SECONDS] = 0.0
    set_aside = np.zeros(n, dtype=np.bool_)
    for finding in findings:
        set_aside[person[finding.rows]] = True
    return kept, set_aside


def channel_means(
    county: County, sheets: Sheets, *, bound: float, kept: FloatArray | None = None
) -> Channel:
    """Rake the respondents of one channel to the county; average, with linearised errors."""
    n = sheets.network.size
    base = np.ones(n) if kept is None else kept
    counted = base > 0
    place = np.cumsum(counted) - 1
    calibration = rake_within(county, sheets.codes[counted], base[counted], bound)
    rated = counted[sheets.person]
    ratings = _Ratings(
        person=place[sheets.person[rated]], unit=sheets.unit[rated], points=sheets.points[rated]
    )
    shares = [
        (ratings.points == points).astype(np.float64) for points in (max(POINTS), min(POINTS))
    ]
    flat = unraked(calibration)
    level = np.searchsorted(POINTS, ratings.points)
    size = county.setting.n_units
    counts = total_by(
        ratings.unit * len(POINTS) + level, base[counted][ratings.person], size * len(POINTS)
    )
    return Channel(
        counts=counts.reshape(size, len(POINTS)),
        mean=_unit_means(county, calibration, ratings, ratings.points),
        extremes=tuple(
            _unit_means(county, how, ratings, share)
            for how in (calibration, flat)
            for share in shares
        ),
    )


def unraked(calibration: Calibration) -> Calibration:
    """Return the calibration of the same respondents to their number alone."""
    everybody = np.zeros(calibration.cell.size, dtype=np.intp)
    total = Margin(
        variable="all",
        categories=("all",),
        codes=everybody,
        totals=np.array([calibration.base_weights.sum()]),
    )
    return poststratify(base_weights=calibration.base_weights, margin=total)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ratings:
    person: NDArray[np.intp]
    unit: NDArray[np.intp]
    points: FloatArray


def margins_of(county: County, codes: NDArray[np.intp]) -> list[Margin]:
    """Return the known totals as margins of these respondents, empty categories merged.

    A variable with too many categories for the respondents is left out: it would give a few
    people large weights and take nothing worth mentioning off the bias.
    """
    margins = []
    for column, (variable, total) in enumerate(zip(VARIABLES, county.totals, strict=True)):
        if codes.shape[0] < _MIN_PER_CATEGORY * total.size:
            continue
        seen = np.bincount(codes[:, column], minlength=total.size) > 0
        # An empty category joins the next one that somebody answered from.
        target = np.minimum(np.cumsum(seen) - seen, seen.sum() - 1)
        margins.append(
            Margin(
                variable=variable,
                categories=tuple(str(k) for k in range(int(seen.sum()))),
                codes=target[codes[:, column]],
                totals=total_by(target, total, int(seen.sum())),
            )
        )
    return margins


def rake_within(
    county: County, codes: NDArray[np.intp], base: FloatArray, bound: float
) -> Calibration:
    """Rake with weights of at most ``bound`` times the mean; wider where that is too narrow."""
    scaled = base * (county.setting.n_people / base.sum())
    margins: Sequence[Margin] = margins_of(county, codes)
    while True:
        try:
            return calibrate(
                base_weights=scaled, margins=margins, method="raking", bounds=(0.05, bound)
            )
        except (InfeasibleBoundsError, EmptyCategoryError):
            if bound > 50:
                raise
            bound *= 1.5


def _unit_means(
    county: County, calibration: Calibration, ratings: _Ratings, y: FloatArray
) -> UnitMeans:
    size = county.setting.n_units
    person, unit = ratings.person, ratings.unit
    weight = calibration.weights[person]
    total = np.bincount(unit, weight, size)
    answered = total > 0
    safe = np.where(answered, total, 1.0)
    mean = np.bincount(unit, weight * y, size) / safe
    variance = _variance(calibration, person, unit, (y - mean[unit]) / safe[unit], size)
    effective_n = total**2 / np.maximum(np.bincount(unit, weight**2, size), 1e-300)
    # A domain's linearised variance divides by the county's n - 1, not by the domain's own:
    # with five answers it is a fifth too small.
    few = effective_n <= 1
    variance = np.where(few, 0.0, variance * effective_n / np.where(few, 1.0, effective_n - 1))
    if not variance.any():  # nobody gave this answer: nothing to compare
        return UnitMeans(mean=np.full(size, np.nan), variance=np.full(size, np.nan))
    return UnitMeans(
        mean=np.where(answered, mean, np.nan),
        variance=smooth_variances(variance=variance, effective_n=np.maximum(effective_n, 1e-9)),
    )


def _variance(
    calibration: Calibration,
    person: NDArray[np.intp],
    unit: NDArray[np.intp],
    influence: FloatArray,
    size: int,
) -> FloatArray:
    """Variance of each unit's mean, linearised through the raking, from sums by cell and unit.

    The square of w (z - f) is expanded: f is one number per cell and unit, and most people
    rated few units, so nothing of the size people times units is ever made.
    """
    cells = calibration.cell_g.size
    d, w = calibration.base_weights[person], calibration.weights[person]
    key = calibration.cell[person] * size + unit
    shape = (cells, size)

    def by_cell(values: FloatArray) -> FloatArray:
        return total_by(key, values, cells * size).reshape(shape)

    auxiliary = calibration.auxiliary
    right = auxiliary.transpose_times(by_cell(d * influence))
    fitted = auxiliary.times(solve_gram(auxiliary.gram(calibration.cell_base), right))
    everybody = calibration.weights
    w1 = np.bincount(calibration.cell, everybody, cells)
    w2 = np.bincount(calibration.cell, everybody**2, cells)
    squares = np.bincount(unit, (w * influence) ** 2, size)
    squares = squares - 2 * (fitted * by_cell(w**2 * influence)).sum(axis=0) + w2 @ fitted**2
    sums = np.bincount(unit, w * influence, size) - w1 @ fitted
    n = calibration.cell.size
    return np.asarray(np.maximum(n / (n - 1) * (squares - sums**2 / n), 0.0))
