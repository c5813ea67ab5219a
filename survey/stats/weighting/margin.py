"""Known totals of one variable, and the checks that refuse what cannot be met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

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

    @classmethod
    def of(cls, *, variable: str, values: NDArray[np.str_], totals: Mapping[str, float]) -> Margin:
        """Return the margin of ``values`` (n,) with known ``totals`` by category.

        Raises
        ------
        ShapeError
            A value that has no total, or none given.

        Examples
        --------
        >>> import numpy as np
        >>> from survey.stats import Margin
        >>> Margin.of(
        ...     variable="sex", values=np.array(["m", "f", "m"]), totals={"f": 520, "m": 480}
        ... ).codes
        array([1, 0, 1])
        """
        number = {category: code for code, category in enumerate(totals)}
        codes = np.array([number.get(value, -1) for value in values.tolist()], dtype=np.intp)
        unknown = np.flatnonzero(codes < 0)
        if unknown.size:
            raise ShapeError(
                "no_total_of", variable=variable, category=str(values[unknown[0]]),
                rows=unknown.size, known=tuple(number),
            )  # fmt: skip
        return cls(
            variable=variable, categories=tuple(number), codes=codes,
            totals=np.array(list(totals.values()), dtype=np.float64),
        )  # fmt: skip

    def __post_init__(self) -> None:
        k = len(self.categories)
        if self.totals.shape != (k,):
            raise ShapeError(
                "totals", variable=self.variable, categories=k, shape=self.totals.shape
            )
        bad = np.flatnonzero(~np.isfinite(self.totals) | (self.totals < 0))
        if bad.size:
            raise MarginTotalError(
                "category",
                variable=self.variable,
                category=self.categories[bad[0]],
                total=float(self.totals[bad[0]]),
            )


def check_base_weights(base_weights: FloatArray) -> None:
    """Refuse an empty sample and any weight that is missing, infinite or negative."""
    if base_weights.ndim != 1 or base_weights.size == 0:
        raise ShapeError("no_weights")
    lowest = base_weights.min()
    if lowest >= 0 and np.isfinite(base_weights.max()):
        return
    row = int(np.flatnonzero(~(np.isfinite(base_weights) & (base_weights >= 0)))[0])
    raise WeightError("row", row=row, weight=float(base_weights[row]))


def check_lengths(margins: Sequence[Margin], n: int) -> None:
    """Refuse margins whose codes are not one per row."""
    for margin in margins:
        if margin.codes.shape != (n,):
            raise ShapeError("codes", variable=margin.variable, codes=margin.codes.size, rows=n)


def check_codes(margins: Sequence[Margin]) -> None:
    """Refuse, by name, margins with codes outside their own categories."""
    for margin in margins:
        bad = np.flatnonzero((margin.codes < 0) | (margin.codes >= len(margin.categories)))
        if bad.size:
            raise ShapeError(
                "uncategorised", variable=margin.variable, rows=bad.size, first=int(bad[0])
            )


def check_categories(margin: Margin, current: FloatArray) -> None:
    """Refuse a positive total where the base weights sum to zero (``current``, shape (k,))."""
    empty = np.flatnonzero((margin.totals > 0) & (current <= 0))
    if empty.size:
        names = tuple(margin.categories[i] for i in empty)
        raise EmptyCategoryError(variable=margin.variable, categories=names)


def agreed_size(margins: Sequence[Margin]) -> float:
    """Return the population size all margins agree on; refuse them, named, if they do not."""
    sizes = [float(margin.totals.sum()) for margin in margins]
    if sizes[0] <= 0:
        raise MarginTotalError("zero_sum", variable=margins[0].variable)
    if max(abs(size - sizes[0]) for size in sizes) > TOTALS_AGREE * sizes[0]:
        claims = zip((margin.variable for margin in margins), sizes, strict=True)
        raise DisagreeingTotalsError(sizes=tuple(claims))
    return sizes[0]
