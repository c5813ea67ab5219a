"""The sampling design: strata, sampling units, finite populations, and its variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, sum_by
from survey.stats.errors import StatsError

LonelyRule = Literal["fail", "adjust", "average", "remove", "certainty"]
CENSUS = 1e-7


class DesignError(StatsError):
    """A design that contradicts itself."""

    code: ClassVar[str] = "design"


class LonelyUnitError(DesignError):
    """A stratum with one sampling unit and no declared rule.

    Attributes
    ----------
    strata : tuple of int
        Codes of the strata, at the first stage; of the first-stage units, below it.
    """

    code: ClassVar[str] = "lonely_psu"

    @property
    def strata(self) -> tuple[int, ...]:
        """Codes of the strata, or of the first-stage units, that are lonely."""
        return cast("tuple[int, ...]", self.values["strata"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage of sampling.

    Attributes
    ----------
    unit : ndarray of intp, shape (n,), or None
        Sampling unit of each row; None when every row is its own.
    stratum : ndarray of intp, shape (u,)
        Stratum of each unit.
    n_units : ndarray of float64, shape (s,)
        Units sampled in each stratum.
    fraction : ndarray of float64, shape (s,)
        Sampled fraction of the units of each stratum; 0 for an infinite population.
    reach : ndarray of float64, shape (s,)
        Product of the sampled fractions of the stages above.
    label : ndarray of intp, shape (s,)
        Code by which the caller knows the stratum.
    """

    unit: IndexArray | None
    stratum: IndexArray
    n_units: FloatArray
    fraction: FloatArray
    reach: FloatArray
    label: IndexArray

    @property
    def lonely(self) -> BoolArray:
        """Strata with one unit that are not a census of themselves, shape (s,)."""
        return np.asarray((self.n_units == 1) & (1 - self.fraction >= CENSUS))

    @property
    def scale(self) -> FloatArray:
        """(1 - f) n / (n - 1) of each stratum times its reach, shape (s,)."""
        several = np.ones(self.n_units.size)
        np.divide(self.n_units, self.n_units - 1, out=several, where=self.n_units > 1)
        return self.reach * (1 - self.fraction) * several

    def covariance(self, x: FloatArray, rule: LonelyRule) -> FloatArray:
        """Contribution of this stage to the covariance of the totals of ``x`` (n, m)."""
        totals = x if self.unit is None else sum_by(self.unit, self.stratum.size, x)
        s = self.n_units.size
        means = sum_by(self.stratum, s, totals) / self.n_units[:, None]
        if rule == "adjust":
            # Centred at the grand mean of an influence function, which is zero.
            means[self.lonely] = 0.0
        scale = self.scale
        centred = totals - (means if s == 1 else means[self.stratum])
        weight = scale if s == 1 else scale[self.stratum]
        return np.asarray(centred.T @ (centred * weight[:, None]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Strata, sampling units by stage and finite-population corrections of n rows.

    Attributes
    ----------
    n_rows : int
    stages : tuple of Stage
        From the first stage down. Without a finite-population correction the first stage
        alone carries the variance, as with sampling with replacement.
    lonely_psu : {"fail", "adjust", "average", "remove", "certainty"}
        What a stratum with one sampling unit contributes: nothing is computed; its distance
        from the grand mean; the average of the other strata; nothing; nothing.
    """

    n_rows: int
    stages: tuple[Stage, ...]
    lonely_psu: LonelyRule

    @classmethod
    def build(
        cls,
        *,
        n: int,
        strata: Sequence[IndexArray] = (),
        units: Sequence[IndexArray] = (),
        fpc: Sequence[FloatArray] = (),
        lonely_psu: LonelyRule = "fail",
    ) -> Design:
        """Build a design.

        Parameters
        ----------
        n : int
            Rows.
        strata : sequence of at most one ndarray of intp, shape (n,)
            First-stage stratum of each row.
        units : sequence of ndarray of intp, each of shape (n,)
            Sampling units from the first stage down; below the first stage they are numbered
            within the unit above. None: every row is a unit.
        fpc : sequence of ndarray of float64, each of shape (n,)
            For each stage the number of units in the stratum (of the unit above), or the
            sampled fraction: all 1 or more, or all 1 or less.
        lonely_psu : str

        Raises
        ------
        DesignError
            Units that cross strata, a correction that varies within a stratum, more sampled
            than there are.
        LonelyUnitError
            A stratum with one unit and the rule ``"fail"``, or a rule that cannot help.
        """
        if len(fpc) > max(len(units), 1):
            raise DesignError(
                "more_corrections_than_stages", corrections=len(fpc), stages=len(units)
            )
        counts = _are_counts(fpc)
        # One stratum costs no memory, however many rows there are.
        stratum = _compact(strata[0]) if strata else np.broadcast_to(np.intp(0), n)
        label = np.unique(strata[0]) if strata else np.zeros(1, dtype=np.intp)
        reach = np.broadcast_to(1.0, n)
        stages: list[Stage] = []
        for k in range(max(len(units), 1) if fpc else 1):
            unit = _nested(units[: k + 1]) if units else None
            stage = _stage(
                unit,
                stratum,
                fpc[k] if k < len(fpc) else None,
                counts=counts,
                reach=reach,
                label=label,
            )
            stages.append(stage)
            _refuse_lonely(stage, lonely_psu, level=k)
            if unit is None or k >= len(fpc):
                break
            reach = reach * stage.fraction[stratum]
            stratum = unit
            label = np.arange(stage.stratum.size)
        return cls(n_rows=n, stages=tuple(stages), lonely_psu=lonely_psu)

    def covariance(self, x: FloatArray, stand_in: FloatArray | None = None) -> FloatArray:
        """Covariance of the sample totals of ``x`` of shape (n, m): shape (m, m).

        ``stand_in`` (m,) is that of each column's domain; None: of the whole design.
        """
        if stand_in is None:
            stand_in = self.stand_in(np.broadcast_to(np.intp(0), self.n_rows), 1)
        first = x if stand_in is None else x * np.sqrt(stand_in)
        parts = [self.stages[0].covariance(first, self.lonely_psu)]
        parts += [stage.covariance(x, self.lonely_psu) for stage in self.stages[1:]]
        return np.asarray(sum(parts[1:], parts[0]))

    def stand_in(self, codes: NDArray[np.integer], size: int) -> FloatArray | None:
        """Strata over strata with a variance, among those with rows of each code: (size,).

        By this ratio the rule ``"average"`` lets the others stand in for lonely strata. Zero
        where only lonely strata have rows; None where no stratum needs it. A code of -1 is
        in none.
        """
        first = self.stages[0]
        lonely = first.lonely
        if self.lonely_psu != "average" or not lonely.any():
            return None
        rows = np.flatnonzero(codes >= 0)
        stratum = first.stratum[rows if first.unit is None else first.unit[rows]]
        present = _present(codes[rows].astype(np.intp), stratum, (size, lonely.size))
        seen = present[:, ~lonely].sum(axis=1)
        ratio = np.zeros(size)
        np.divide(present.sum(axis=1), seen, out=ratio, where=seen > 0)
        return ratio

    def degrees_of_freedom(self, included: BoolArray | None = None) -> int:
        """First-stage units less strata, among the rows ``included`` (n,) or all."""
        first = self.stages[0]
        if included is None:
            return int(first.stratum.size - first.n_units.size)
        return int(self.degrees_of_freedom_by(included.astype(np.intp) - 1, 1)[0])

    def degrees_of_freedom_by(self, codes: NDArray[np.integer], size: int) -> FloatArray:
        """First-stage units less strata, among the rows of each code: shape (size,).

        A code of -1 is in none.
        """
        return self.units_by(codes, size)[1]

    def units_by(self, codes: NDArray[np.integer], size: int) -> tuple[FloatArray, FloatArray]:
        """Return how many first-stage units have rows of each code, and these less their strata.

        A code of -1 is in none.
        """
        first = self.stages[0]
        rows = np.flatnonzero(codes >= 0)
        code = codes[rows].astype(np.intp)
        if first.unit is None:
            stratum = first.stratum[rows]
            n_units = np.bincount(code, minlength=size)
        else:
            u = first.stratum.size
            seen = np.unique(code * u + first.unit[rows])
            code, stratum = seen // u, first.stratum[seen % u]
            n_units = np.bincount(code, minlength=size)
        present = _present(code, stratum, (size, first.n_units.size))
        df = np.asarray(n_units - present.sum(axis=1), dtype=np.float64)
        return n_units.astype(np.float64), df

    def unknown_between(self, codes: NDArray[np.integer], size: int) -> tuple[BoolArray, BoolArray]:
        """Tell what of each code (size,) leaves the differences between first-stage units unknown.

        Whether all its rows are in one unit; and whether every stratum it has rows in is taken
        whole, so that there is nothing unknown. A code of -1 is in none.
        """
        first = self.stages[0]
        rows = np.flatnonzero(codes >= 0)
        code = codes[rows].astype(np.intp)
        unit = rows if first.unit is None else first.unit[rows]
        low = np.full(size, first.stratum.size)
        high = np.full(size, -1)
        np.minimum.at(low, code, unit)
        np.maximum.at(high, code, unit)
        sampled = first.fraction[first.stratum[unit]] < 1 - CENSUS
        return low == high, np.bincount(code[sampled], minlength=size) == 0


def _present(code: IndexArray, stratum: IndexArray, shape: tuple[int, int]) -> BoolArray:
    """Tell which strata occur with each code: of ``shape`` (codes, strata)."""
    counts = np.bincount(code * shape[1] + stratum, minlength=shape[0] * shape[1])
    return np.asarray(counts.reshape(shape) > 0)


def _compact(code: IndexArray) -> IndexArray:
    return np.asarray(np.unique(code, return_inverse=True)[1], dtype=np.intp).reshape(-1)


def _nested(units: Sequence[IndexArray]) -> IndexArray:
    number = _compact(units[0])
    for unit in units[1:]:
        inner = _compact(unit)
        number = _compact(number * (int(inner.max()) + 1) + inner)
    return number


def _are_counts(fpc: Sequence[FloatArray]) -> bool:
    """Tell population sizes from sampled fractions; refuse a mixture."""
    for column in fpc:
        if not np.isfinite(column).all() or (column <= 0).any():
            raise DesignError("bad_correction")
    counts = any((column > 1).any() for column in fpc)
    if counts and any((column < 1).any() for column in fpc):
        raise DesignError("mixed_corrections")
    return counts


def _stage(
    unit: IndexArray | None,
    stratum: IndexArray,
    size: FloatArray | None,
    *,
    counts: bool,
    reach: FloatArray,
    label: IndexArray,
) -> Stage:
    n_strata = label.size
    unit_stratum = stratum
    if unit is not None:
        unit_stratum = stratum[np.unique(unit, return_index=True)[1]]
        if (unit_stratum[unit] != stratum).any():
            raise DesignError("units_cross_strata")
    if n_strata == 1:
        n_units = np.array([float(unit_stratum.size)])
        one_row = np.zeros(1, dtype=np.intp)
    else:
        n_units = np.bincount(unit_stratum, minlength=n_strata).astype(np.float64)
        one_row = np.zeros(n_strata, dtype=np.intp)
        one_row[stratum] = np.arange(stratum.size)
    return Stage(
        unit=unit,
        stratum=unit_stratum,
        n_units=n_units,
        fraction=_fraction(n_units, stratum, size, one_row, counts=counts),
        reach=reach[one_row],
        label=label,
    )


def _fraction(
    n_units: FloatArray,
    stratum: IndexArray,
    size: FloatArray | None,
    one_row: IndexArray,
    *,
    counts: bool,
) -> FloatArray:
    """Return the sampled fraction of each stratum from the corrections of its rows."""
    if size is None:
        return np.zeros(n_units.size)
    if (size[one_row][stratum] != size).any():
        raise DesignError("varying_correction")
    fraction = n_units / size[one_row] if counts else size[one_row]
    if (fraction > 1).any():
        raise DesignError("more_sampled_than_there")
    return np.asarray(fraction)


def _refuse_lonely(stage: Stage, rule: LonelyRule, *, level: int) -> None:
    lonely = stage.lonely
    if not lonely.any():
        return
    helpless = rule == "average" and (level > 0 or lonely.all())
    if rule != "fail" and not helpless:
        return
    strata = tuple(int(code) for code in stage.label[lonely])
    raise LonelyUnitError(strata=strata, stage=level + 1, rule=rule)
