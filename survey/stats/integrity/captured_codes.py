"""Units whose one-time codes were, in part, answered by somebody they were not meant for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypedDict

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.integrity.captured_marks import (
    InvitedSheets,
    excess_of_channel,
    excess_of_mark,
    marks_of,
)
from survey.stats.integrity.captured_shape import (
    CAPTORS,
    SheetClasses,
    likelihood_of_share,
    shape_evidence,
    sheet_classes,
)
from survey.stats.integrity.honest_shape import HonestShape, fit_honest_shape
from survey.stats.integrity.random_effects import beyond_the_others, combined_chance
from survey.stats.scipy_calls import chdtri

_FEWEST = 15  # answers of a unit before anything is said of them
_FEWEST_UNITS = 8  # other units to compare with
_SHAPE, _OTHERS = 0.8, 0.2  # parts of the false-alarm rate
# Standard deviations by which honest units differ at least: of a captured share, of a slope, of
# standard deviations of an answer.
_SLACK = {"shape": 0.01, "mark": 0.05, "channel": 0.15}
_SOME = 0.15  # captured share at which sheets are weighed
_SIGN = 0.05  # chance below which a further sign is told


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedCodes:
    """A unit whose invited answers look as if some codes had been captured.

    Attributes
    ----------
    unit : int
    n : int
        Its invited answers.
    signs : tuple of str
        What is unlike honest answers, the most striking first: "full" (too many full marks for
        its level), "careful" (too many nearly full ones), "fast", "complete", "shared" (its best
        sheets are), "channel" (one invited channel is better than the others).
    share, lower, upper : float
        Share of its invited answers that were captured, as their shape tells, and what cannot be
        excluded at 95 %.
    chance : float
        Chance of so striking a unit if it is honest.
    """

    unit: int
    n: int
    signs: tuple[str, ...]
    share: float
    lower: float
    upper: float
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shaped:
    """One group's sheets in classes, their counts by unit, and the honest shape of them."""

    group: int
    rows: IndexArray
    classes: SheetClasses
    counts: FloatArray
    shape: HonestShape


@dataclass(slots=True, kw_only=True)
class _Test:
    """An excess of every unit, (u,), to be compared with the other units'."""

    sign: str
    part: float
    slack: float
    value: FloatArray
    variance: FloatArray
    skew: FloatArray
    between: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.between = np.zeros(self.value.size)


def find_captured_codes(
    sheets: InvitedSheets, *, points: tuple[float, ...], n_units: int, rate: float = 0.01
) -> tuple[CapturedCodes, ...]:
    """Compare the invited answers of each unit with honest ones at its own level.

    Parameters
    ----------
    sheets : InvitedSheets
        The invited answers of the campaign that count; those without a rating are passed over.
    points : tuple of float
        Of answer v at place v; the first is never used.
    n_units : int
    rate : float in (0, 1)
        Wanted chance that an honest unit is named.

    Returns
    -------
    tuple of CapturedCodes
        In the order of the units.

    Notes
    -----
    Whoever is better liked has more good answers of every kind; captured codes add best ones
    alone. The shape of the answers at each level is that of the county's answers of the same
    group (``fit_honest_shape``); a unit's own level is free, so that being good is no sign. The
    excess of best sheets that is left (``shape_evidence``) is brought to the scale of a captured
    share and held to the prediction interval of the other units (random effects, Higgins,
    Thompson and Spiegelhalter 2009, doi:10.1111/j.1467-985X.2008.00552.x), corrected for skewness
    by Cornish and Fisher's expansion. Beside it stand signs of carelessness about being found:
    ``excess_of_mark``, ``excess_of_channel``. Chances are put together by Liu and Xie's (2020,
    doi:10.1080/01621459.2018.1554485) Cauchy combination, four fifths of it the shape's. What is
    found leaves the yardstick, and the others are tested anew. No open answer is looked at,
    so that nobody can have a rival accused through the open box.

    The share is the one of the largest likelihood, the level profiled out, its limits those of
    the likelihood ratio, as much wider as honest units differ more than by chance.
    """
    rated = np.isfinite(sheets.score)
    number = np.bincount(sheets.unit[rated], minlength=n_units)
    honest = np.ones(n_units, dtype=np.bool_)
    found: dict[int, CapturedCodes] = {}
    while True:
        shaped = _shaped(sheets, points, n_units, honest)
        tests = _tests(sheets, shaped, honest)
        enough = number >= _FEWEST
        chances = np.array([_chances(test, enough, honest) for test in tests])
        if not chances.size:
            break
        combined = combined_chance(chances, np.array([test.part for test in tests]))
        fresh = np.flatnonzero(honest & (combined < rate))
        for unit in fresh.tolist():
            found[unit] = CapturedCodes(
                unit=unit,
                n=int(number[unit]),
                chance=float(combined[unit]),
                **_told(unit, tests, chances[:, unit], shaped),
            )
        if not fresh.size:
            break
        honest[fresh] = False
    return tuple(found[unit] for unit in sorted(found))


def _shaped(
    sheets: InvitedSheets, points: tuple[float, ...], n_units: int, honest: BoolArray
) -> list[_Shaped]:
    out = []
    for group in np.unique(sheets.group).tolist():
        rows = np.flatnonzero(sheets.group == group)
        classes = sheet_classes(sheets.items[rows], points)
        if classes is None:
            continue
        here = classes.of_row >= 0
        counts = np.zeros((n_units, classes.size))
        np.add.at(counts, (sheets.unit[rows[here]], classes.of_row[here]), 1.0)
        yardstick = honest & (counts.sum(axis=1) > 0)
        if yardstick.sum() <= _FEWEST_UNITS or not (counts[yardstick].sum(axis=0) > 0).all():
            continue
        shape = fit_honest_shape(counts[yardstick]).with_levels(counts)
        out.append(_Shaped(group=group, rows=rows, classes=classes, counts=counts, shape=shape))
    return out


def _tests(sheets: InvitedSheets, shaped: list[_Shaped], honest: BoolArray) -> list[_Test]:
    n_units = honest.size
    if not shaped:
        return []
    tests = [_shape_test(name, shaped, honest) for name in CAPTORS]
    likeness, stratum = _likeness(sheets, shaped)
    here = np.flatnonzero(stratum >= 0)
    further = [
        ("mark", sign, excess_of_mark(
            mark=mark[here], likeness=likeness[here], unit=sheets.unit[here],
            stratum=stratum[here], n_units=n_units,
        ))
        for sign, mark in marks_of(sheets).items()
        if 0 < mark[here].mean() < 1
    ]  # fmt: skip
    rated = sheets.of_rows(np.isfinite(sheets.score))
    channels = np.unique(rated.channel).tolist()
    if len(channels) > 1:
        further += [
            ("channel", "channel", excess_of_channel(rated, channel, n_units))
            for channel in channels
        ]
    for kind, sign, excess in further:
        tests.append(
            _Test(
                sign=sign,
                part=_OTHERS / len(further),
                slack=_SLACK[kind],
                value=excess.value,
                variance=excess.variance,
                skew=np.zeros(n_units),
            )
        )
    return tests


def _shape_test(name: str, shaped: list[_Shaped], honest: BoolArray) -> _Test:
    """Put the groups of each unit together: one captured share, whatever their levels."""
    parts = [
        shape_evidence(one.counts, one.shape, one.classes.captured[name], yardstick=honest)
        for one in shaped
    ]
    excess, variance, skew, whole = (
        np.sum([getattr(part, of) for part in parts], axis=0)
        for of in ("excess", "variance", "skew", "whole")
    )
    known = (whole > 0) & (variance > 0)
    usable = np.where(known, whole, 1.0)
    return _Test(
        sign=name,
        part=_SHAPE / len(CAPTORS),
        slack=_SLACK["shape"],
        value=np.where(known, excess / usable, np.nan),
        variance=np.where(known, variance / usable**2, np.nan),
        skew=np.where(known, skew / usable**3, 0.0),
    )


def _likeness(sheets: InvitedSheets, shaped: list[_Shaped]) -> tuple[FloatArray, IndexArray]:
    """Return how much each sheet looks captured, and its class in its group; -1 if in none."""
    likeness = np.zeros(sheets.unit.size)
    stratum = np.full(sheets.unit.size, -1, dtype=np.intp)
    offset = 0
    for one in shaped:
        rows, cut = one.rows, one.classes.of_row
        rows, cut = rows[cut >= 0], cut[cut >= 0]
        chance = one.shape.chances(one.shape.level)[sheets.unit[rows], cut]
        captured = np.mean(list(one.classes.captured.values()), axis=0)[cut]
        likeness[rows] = _SOME * captured / ((1 - _SOME) * chance + _SOME * captured)
        stratum[rows] = offset + cut
        offset += one.classes.size
    return likeness, stratum


def _chances(test: _Test, enough: BoolArray, honest: BoolArray) -> FloatArray:
    """Return the chance of each unit's excess, were it one of the others, shape (u,)."""
    known = np.isfinite(test.value) & enough
    out = np.ones(test.value.size)
    if (known & honest).sum() <= _FEWEST_UNITS:
        return out
    for unit in np.flatnonzero(known & honest):
        others = known & honest
        others[unit] = False
        out[unit], test.between[unit] = beyond_the_others(
            test.value, test.variance, test.skew, place=int(unit), others=others, slack=test.slack
        )
    return out


class _Told(TypedDict):
    signs: tuple[str, ...]
    share: float
    lower: float
    upper: float


def _told(unit: int, tests: list[_Test], chances: FloatArray, shaped: list[_Shaped]) -> _Told:
    order = np.argsort(chances, kind="stable").tolist()
    signs = [tests[place].sign for place in order if place == order[0] or chances[place] < _SIGN]
    best = min(range(len(CAPTORS)), key=lambda place: float(chances[place]))
    test, log = tests[best], np.zeros(1)
    for one in shaped:
        shares, likely = likelihood_of_share(
            one.counts[unit], one.shape, one.classes.captured[test.sign]
        )
        log = log + likely
    wider = 1 + float(test.between[unit] / test.variance[unit])
    inside = 2 * (log.max() - log) <= chdtri(1, 0.05) * wider
    return _Told(
        signs=tuple(dict.fromkeys(signs)),
        share=float(shares[np.argmax(log)]),
        lower=float(shares[inside][0]),
        upper=float(shares[inside][-1]),
    )
