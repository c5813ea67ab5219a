"""Unit means of one channel of a simulated county: raked, net of raters, with their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray, total_by
from survey.stats.estimation.linearisation import weighted_residuals
from survey.stats.nonprobability.channel_answers import ChannelAnswers
from survey.stats.nonprobability.combination import UnitMeans
from survey.stats.raters.weighted_net import (
    Covariance,
    NetMeans,
    RaterModel,
    Ratings,
    choose_net,
    contributions,
    rater_effects_of,
    sandwich,
)
from survey.stats.simulation.answering import Sheets
from survey.stats.simulation.county import POINTS, VARIABLES, County
from survey.stats.small_areas.fay_herriot import smooth_variances
from survey.stats.weighting.auxiliary import Auxiliary, solve_gram
from survey.stats.weighting.bounded import calibrate
from survey.stats.weighting.calibration import Calibration, Margin
from survey.stats.weighting.margin import EmptyCategoryError, InfeasibleBoundsError

ANCHOR_BOUND = 8.0
OPEN_BOUND = 5.0
_MIN_PER_CATEGORY = 20
_TRAITS = tuple(VARIABLES.index(name) for name in ("age", "sex", "occupation"))


def channel_means(
    county: County, sheets: Sheets, *, bound: float, kept: FloatArray | None = None
) -> ChannelAnswers:
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
    best, worst = (
        _unit_means(county, calibration, ratings, (ratings.points == points).astype(np.float64))
        for points in (max(POINTS), min(POINTS))
    )
    level = np.searchsorted(POINTS, ratings.points)
    size = county.setting.n_units
    counts = total_by(
        ratings.unit * len(POINTS) + level, base[counted][ratings.person], size * len(POINTS)
    )
    return ChannelAnswers(
        mean=_unit_means(county, calibration, ratings, ratings.points),
        best=best,
        worst=worst,
        counts=counts.reshape(size, len(POINTS)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ratings:
    person: IndexArray
    unit: IndexArray
    points: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """Means of one channel net of raters, and how raters were taken out."""

    means: UnitMeans
    choice: str


def invited_net(county: County, sheets: Sheets) -> Net:
    """Average the invited answers, raked to the county, net of the raters' leniency.

    Age, sex and occupation are no leniency: weights answer for them.
    """
    everybody = np.ones(sheets.network.size)
    calibration = rake_within(county, sheets.codes, everybody, ANCHOR_BOUND)
    ratings = _rated(county, sheets, calibration.weights)
    chosen = choose_net(ratings, covariance=_through_raking(calibration, ratings))
    return Net(means=_smoothed(chosen, ratings), choice=chosen.choice)


def open_net(county: County, sheets: Sheets, kept: FloatArray) -> UnitMeans:
    """Average the open answers net of raters and of their age, sex and occupation, unweighted.

    Whoever volunteers, the bias all units share is estimated beside the invited answers; what
    is wanted of the open ones is the difference between units with the least noise, and nobody's
    claimed category gives an answer more weight. ``kept`` (n,) is what screening leaves.
    Volunteers are drawn without replacement from the people the truth is of, hence the finite
    population correction.
    """
    ratings = _rated(county, sheets, kept)
    ratings = replace(
        ratings, score=ratings.score - ratings.effect, effect=np.zeros(ratings.score.size)
    )
    chosen = choose_net(ratings, covariance=_as_drawn(ratings), wanted="random")
    found = _smoothed(chosen, ratings)
    left = 1 - float(kept.sum()) / county.setting.n_people
    return replace(found, variance=found.variance * left)


def _traits(county: County, codes: IndexArray) -> Auxiliary:
    return Auxiliary(
        codes=tuple(codes[:, column] for column in _TRAITS),
        sizes=tuple(county.totals[column].size for column in _TRAITS),
        values=np.zeros((codes.shape[0], 0)),
    )


def _rated(county: County, sheets: Sheets, weight: FloatArray) -> Ratings:
    """Return the ratings whose respondents have a weight, with what they owe to their traits."""
    size = county.setting.n_units
    used = weight[sheets.person] > 0
    person, unit, points = sheets.person[used], sheets.unit[used], sheets.points[used]
    return Ratings(
        rater=person,
        unit=unit,
        score=points,
        weight=weight[person],
        effect=rater_effects_of(
            auxiliary=_traits(county, sheets.codes), row=person, unit=unit, score=points,
            n_units=size,
        ),
        n_raters=sheets.network.size,
        n_units=size,
    )  # fmt: skip


def _through_raking(calibration: Calibration, ratings: Ratings) -> Covariance:
    """Covariance with the raking counted: raters' parts are residuals on its margins."""

    def covariance(fits: tuple[tuple[NetMeans, float], ...]) -> FloatArray:
        influence = np.zeros((ratings.n_raters, ratings.n_units))
        for net, factor in fits:
            influence += factor * (contributions(ratings, net) @ net.slope)
        influence /= calibration.weights[:, None]
        parts = weighted_residuals(influence, calibration, calibration.base_weights)
        parts -= parts.mean(axis=0)
        n = ratings.n_raters
        return np.asarray(n / (n - 1) * parts.T @ parts)

    return covariance


def _as_drawn(ratings: Ratings) -> Covariance:
    def covariance(fits: tuple[tuple[NetMeans, float], ...]) -> FloatArray:
        ((net, _),) = fits
        return sandwich(contributions(ratings, net), net.slope)

    return covariance


def _smoothed(chosen: RaterModel, ratings: Ratings) -> UnitMeans:
    total = np.bincount(ratings.unit, ratings.weight, ratings.n_units)
    squares = np.bincount(ratings.unit, ratings.weight**2, ratings.n_units)
    effective_n = total**2 / np.maximum(squares, 1e-300)
    variance = _own_degrees(np.diag(chosen.covariance).copy(), effective_n)
    off = chosen.covariance.sum() - np.trace(chosen.covariance)
    pairs = ratings.n_units * (ratings.n_units - 1)
    return UnitMeans(
        mean=chosen.net.mean,
        variance=smooth_variances(variance=variance, effective_n=np.maximum(effective_n, 1e-9)),
        shared=max(0.0, float(off) / pairs),
    )


def _own_degrees(variance: FloatArray, effective_n: FloatArray) -> FloatArray:
    """Divide by a unit's own n - 1: linearised variances divide by the county's.

    With five answers that is a fifth too small.
    """
    few = effective_n <= 1
    return np.where(few, 0.0, variance * effective_n / np.where(few, 1.0, effective_n - 1))


def margins_of(county: County, codes: IndexArray) -> list[Margin]:
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


def rake_within(county: County, codes: IndexArray, base: FloatArray, bound: float) -> Calibration:
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
    variance = _own_degrees(variance, effective_n)
    if not variance.any():  # nobody gave this answer: nothing to compare
        return UnitMeans(mean=np.full(size, np.nan), variance=np.full(size, np.nan))
    return UnitMeans(
        mean=np.where(answered, mean, np.nan),
        variance=smooth_variances(variance=variance, effective_n=np.maximum(effective_n, 1e-9)),
    )


def _variance(
    calibration: Calibration,
    person: IndexArray,
    unit: IndexArray,
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
