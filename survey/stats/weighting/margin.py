"""Known totals of one variable, and the checks that refuse what cannot be met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.errors import StatsError

TOTALS_AGREE = 1e-9


class CalibrationError(StatsError):
    """Base of the refusals of calibration."""

    code: ClassVar[str] = "calibration"


class ShapeError(CalibrationError):
    """Arrays whose lengths or codes do not fit one another."""

    code: ClassVar[str] = "shape"


class WeightError(CalibrationError):
    """A base weight that is missing, negative or infinite."""

    code: ClassVar[str] = "bad_weight"


class MarginTotalError(CalibrationError):
    """A known total that is missing, negative or infinite."""

    code: ClassVar[str] = "bad_total"


class EmptyCategoryError(CalibrationError):
    """A positive total for a category that no respondent belongs to."""

    code: ClassVar[str] = "empty_category"


class DisagreeingTotalsError(CalibrationError):
    """Margins that claim different population sizes."""

    code: ClassVar[str] = "disagreeing_totals"


class InfeasibleBoundsError(CalibrationError):
    """Bounds within which the totals cannot be met."""

    code: ClassVar[str] = "infeasible_bounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Known totals of one categorical variable.

    Attributes
    ----------
    variable : str
        Name, used in messages.
    categories : tuple of str, length k
        Names of the categories.
    codes : ndarray of intp, shape (n,)
        Category of each respondent, in [0, k).
    totals : ndarray of float64, shape (k,)
        Population totals, zero or more. Zero with no respondent is a structural zero.
    """

    variable: str
    categories: tuple[str, ...]
    codes: IndexArray
    totals: FloatArray

    def __post_init__(self) -> None:
        k = len(self.categories)
        if self.totals.shape != (k,):
            message = f"{self.variable}: {k} categories but totals of shape {self.totals.shape}"
            raise ShapeError(message)
        bad = np.flatnonzero(~np.isfinite(self.totals) | (self.totals < 0))
        if bad.size:
            raise MarginTotalError(
                f"{self.variable}: the total of {self.categories[bad[0]]!r} is "
                f"{self.totals[bad[0]]}",
                hint="give a finite total of zero or more",
            )


def check_base_weights(base_weights: FloatArray) -> None:
    """Refuse an empty sample and any weight that is missing, infinite or negative."""
    if base_weights.ndim != 1 or base_weights.size == 0:
        raise ShapeError("base weights must be a non-empty vector")
    lowest = base_weights.min()
    if lowest >= 0 and np.isfinite(base_weights.max()):
        return
    row = int(np.flatnonzero(~(np.isfinite(base_weights) & (base_weights >= 0)))[0])
    raise WeightError(
        f"the base weight of row {row} is {base_weights[row]}",
        hint="a base weight is a finite number of zero or more",
    )


def check_lengths(margins: Sequence[Margin], n: int) -> None:
    """Refuse margins whose codes are not one per row."""
    for margin in margins:
        if margin.codes.shape != (n,):
            raise ShapeError(f"{margin.variable}: {margin.codes.size} codes for {n} rows")


def check_codes(margins: Sequence[Margin]) -> None:
    """Refuse, by name, margins with codes outside their own categories."""
    for margin in margins:
        bad = np.flatnonzero((margin.codes < 0) | (margin.codes >= len(margin.categories)))
        if bad.size:
            raise ShapeError(
                f"{margin.variable}: {bad.size} rows without a category, "
                f"the first is row {int(bad[0])}",
                hint="impute the answer or give the missing their own category",
            )


def check_categories(margin: Margin, current: FloatArray) -> None:
    """Refuse a positive total where the base weights sum to zero (``current``, shape (k,))."""
    empty = np.flatnonzero((margin.totals > 0) & (current <= 0))
    if empty.size:
        names = ", ".join(repr(margin.categories[i]) for i in empty)
        raise EmptyCategoryError(
            f"{margin.variable}: nobody answered from {names}, whose total is positive",
            hint="merge the category with a neighbour in data and totals",
        )


def agreed_size(margins: Sequence[Margin]) -> float:
    """Return the population size all margins agree on; refuse them, named, if they do not."""
    sizes = [float(margin.totals.sum()) for margin in margins]
    if sizes[0] <= 0:
        raise MarginTotalError(f"{margins[0].variable}: the totals sum to zero")
    if max(abs(size - sizes[0]) for size in sizes) > TOTALS_AGREE * sizes[0]:
        claims = ", ".join(
            f"{margin.variable} {size:.10g}" for margin, size in zip(margins, sizes, strict=True)
        )
        raise DisagreeingTotalsError(
            f"the margins' totals disagree: {claims}",
            hint="bring all margins to one population size",
        )
    return sizes[0]
