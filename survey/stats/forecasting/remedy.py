"""Where more codes bring most: cells that will miss their minimum, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.forecasting.daily_counts import DailyCounts
from survey.stats.forecasting.final_counts import Forecast

NONE = -1
_STEP = 10  # codes are issued by tens
# Answers per code below which there is no time left for codes.
_LEAST_YIELD = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What brings each cell to its minimum, by cell.

    Attributes
    ----------
    series : ndarray of intp, shape (c,)
        The series that needs fewest codes for it; NONE where nothing is missing, or no codes help.
    codes : ndarray of float64, shape (c,)
        Codes to issue there now.
    after : ndarray of float64, shape (c,)
        Expected answers in the end with them.
    short : ndarray of bool, shape (c,)
        Cells that are expected to miss their minimum without.
    """

    series: IndexArray
    codes: FloatArray
    after: FloatArray
    short: BoolArray


def cheapest_remedy(counts: DailyCounts, found: Forecast, *, minimum: FloatArray) -> Remedy:
    """Find the fewest codes that bring every cell to its minimum.

    Parameters
    ----------
    counts : DailyCounts
    found : Forecast
        Of these counts.
    minimum : ndarray of float64, shape (c,)
        Answers each cell must have in the end.

    Returns
    -------
    Remedy

    Notes
    -----
    A code is worth what it is expected to bring until the end at this very unit: the channel's
    curve over the days left times the unit's level. Codes are whole tens. The interval of a
    mean has a half-width in proportion to 1 / sqrt(n), so that the cells with fewest answers,
    which set the widest interval, are those that a code narrows most.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats.forecasting import DailyCounts, cheapest_remedy, forecast
    >>> sent = np.zeros((2, 4))
    >>> sent[:, 0] = 100
    >>> counts = DailyCounts(
    ...     answers=np.array([[9.0, 7, 6, 5], [3.0, 2, 2, 1]]),
    ...     sent=sent,
    ...     reminded=np.zeros((2, 4)),
    ...     kind=np.zeros(2, dtype=np.intp),
    ...     takes_codes=np.ones(2, dtype=np.bool_),
    ...     cell=np.arange(2),
    ...     pool=np.zeros(2, dtype=np.intp),
    ...     first_weekday=0,
    ...     days=12,
    ... )
    >>> remedy = cheapest_remedy(counts, forecast(counts), minimum=np.full(2, 25.0))
    >>> [bool(short) for short in remedy.short], bool(remedy.after[1] >= 25)
    ([False, True], True)
    """
    cells = found.final.size
    series = np.full(cells, NONE, dtype=np.intp)
    best = np.zeros(cells)
    takes_codes = np.flatnonzero(found.per_code > _LEAST_YIELD)
    order = takes_codes[np.argsort(found.per_code[takes_codes], kind="stable")]
    series[counts.cell[order]] = order  # the last of a cell wins: the one that brings most
    best[counts.cell[order]] = found.per_code[order]
    missing = minimum - found.final
    short = missing > 0
    series = np.where(short, series, NONE)
    helped = series != NONE
    needed = np.divide(missing, best, out=np.zeros(cells), where=helped)
    codes = _STEP * np.ceil(needed / _STEP)
    return Remedy(series=series, codes=codes, after=found.final + codes * best, short=short)
