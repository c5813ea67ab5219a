"""How often forecasts of drawn fieldworks hold, and what following their remedy is worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.forecasting import NONE, DailyCounts, cheapest_remedy, forecast
from survey.stats.simulation.fieldworks import MANNERS, Drawn, draw_fieldwork

CONFIDENCES = (0.8, 0.95)
FIRST_DAY = 5
# Fewest answers of a cell by group; a unit's groups take turns.
_MINIMUM = (50.0, 30.0, 15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was found in the fieldworks of one manner.

    Attributes
    ----------
    manner : str
    fieldworks : int
    days : tuple of int
        Days on whose mornings forecasts were made: so many days were over.
    coverage : ndarray of float64, shape (days, 2)
        Share of cells whose final answers lie inside the 80 % and the 95 % interval.
    error : ndarray of float64, shape (2,)
        Monte-Carlo standard error of the two shares over all days, fieldworks as clusters.
    width : ndarray of float64, shape (days,)
        Mean width of the 80 % interval, in answers.
    to_come : ndarray of float64, shape (days,)
        Mean answers of a cell still to come.
    narrower : float
        By how much the widest interval of a cell is narrower if the remedy's codes go where the
        remedy says than if each series gets its share of them: mean over the fieldworks in which
        something was missing half-way.
    narrower_error : float
        Its Monte-Carlo standard error.
    codes : float
        Mean number of the remedy's codes.
    """

    manner: str
    fieldworks: int
    days: tuple[int, ...]
    coverage: FloatArray
    error: FloatArray
    width: FloatArray
    to_come: FloatArray
    narrower: float
    narrower_error: float
    codes: float

    @property
    def overall(self) -> FloatArray:
        """Shares inside over all days, shape (2,)."""
        return np.asarray(self.coverage.mean(axis=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFieldwork:
    """What one fieldwork says: by day shares inside, width and answers to come; and its remedy."""

    by_day: FloatArray
    narrower: float | None
    codes: float


def follow_fieldwork(manner: str, *, seed: int, number: int) -> OneFieldwork:
    """Draw a fieldwork, forecast it every morning, and put its half-way remedy to the test."""
    rng = np.random.default_rng([seed, list(MANNERS).index(manner), number])
    drawn = draw_fieldwork(MANNERS[manner], rng)
    by_day = [_morning(drawn, day) for day in range(FIRST_DAY, drawn.days)]
    narrower, codes = _remedied(drawn, drawn.days // 2, rng)
    return OneFieldwork(by_day=np.array(by_day), narrower=narrower, codes=codes)


def quality_of(manner: str, found: Iterable[OneFieldwork]) -> Quality:
    """Bring the fieldworks of one manner together."""
    each = list(found)
    by_day = np.array([one.by_day for one in each])
    inside = by_day[:, :, :2].mean(axis=1)
    gains = np.array([one.narrower for one in each if one.narrower is not None])
    return Quality(
        manner=manner,
        fieldworks=len(each),
        days=tuple(range(FIRST_DAY, FIRST_DAY + by_day.shape[1])),
        coverage=by_day[:, :, :2].mean(axis=0),
        error=_error(inside),
        width=by_day[:, :, 2].mean(axis=0),
        to_come=by_day[:, :, 3].mean(axis=0),
        narrower=float(gains.mean()) if gains.size else 0.0,
        narrower_error=float(_error(gains)),
        codes=float(np.mean([one.codes for one in each])),
    )


def _error(values: FloatArray) -> FloatArray:
    return np.asarray(values.std(axis=0, ddof=1) / np.sqrt(len(values)))


def _morning(drawn: Drawn, day: int) -> list[float]:
    found, final = forecast(drawn.until(day)), drawn.final(day)
    ends = [found.interval(confidence) for confidence in CONFIDENCES]
    inside = [float(((lower <= final) & (final <= upper)).mean()) for lower, upper in ends]
    width = float((ends[0][1] - ends[0][0]).mean())
    return [*inside, width, float((final - found.seen).mean())]


def _remedied(drawn: Drawn, day: int, rng: np.random.Generator) -> tuple[float | None, float]:
    """Return by how much the widest interval is narrower, None without a remedy, and its codes."""
    counts = drawn.until(day)
    final = drawn.final(day)
    minimum = np.resize(_MINIMUM, final.size)
    remedy = cheapest_remedy(counts, forecast(counts), minimum=minimum)
    helped = np.flatnonzero(remedy.series != NONE)
    if not helped.size:
        return None, 0.0
    codes = remedy.codes[helped].astype(np.intp)
    told = drawn.more(series=remedy.series[helped], codes=codes, day=day, rng=rng)
    spread = _in_proportion(counts, int(codes.sum()))
    evenly = drawn.more(series=np.flatnonzero(spread), codes=spread[spread > 0], day=day, rng=rng)
    fewest = [max(float((final + more).min()), 1.0) for more in (told, evenly)]
    # A half-width goes with one over the root of the answers: the widest has the fewest.
    return 1 - float(np.sqrt(fewest[1] / fewest[0])), float(codes.sum())


def _in_proportion(counts: DailyCounts, codes: int) -> IndexArray:
    """Spread codes over the series that take any as those so far were spread, shape (s,)."""
    sent = counts.sent.sum(axis=1) * counts.takes_codes
    due = np.cumsum(sent) / sent.sum() * codes
    return np.asarray(np.diff(np.round(due), prepend=0.0), dtype=np.intp)
