"""Domain estimates and their covariance, from cells where that is exact, else from rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray, total_by
from survey.stats.estimation.design import CENSUS
from survey.stats.estimation.moments import Layout, Moments, cell_covariance, collect, lay_out
from survey.stats.estimation.weight_set import WeightSet

COVARIANCE_LIMIT = 500
CELL_TABLE_LIMIT = 4_000_000
ROW_TABLE_LIMIT = 20_000_000
ROUNDING = 1e-12

Statistic = Literal["mean", "total", "ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to estimate: the statistic of ``y`` (over ``x``) in each of ``size`` domains.

    Attributes
    ----------
    weights : WeightSet
    statistic : {"mean", "total", "ratio"}
    y : ndarray of float64, shape (n,)
    x : ndarray of float64, shape (n,), or None
        Denominator of a ratio.
    codes : ndarray of integers, shape (n,)
        Domain of each row.
    size : int
    rows : ndarray of intp or None
        Rows in a domain with all answers; None: all n.
    """

    weights: WeightSet
    statistic: Statistic
    y: FloatArray
    x: FloatArray | None
    codes: NDArray[np.integer]
    size: int
    rows: IndexArray | None

    def taken(self, values: FloatArray) -> FloatArray:
        """``values`` (n,) of the task's rows."""
        return values if self.rows is None else values[self.rows]

    def stand_in(self) -> FloatArray | None:
        """Return what stands in for lonely strata by domain, shape (size,); None if nothing.

        As in R, a domain of a calibrated sample keeps the strata it has no rows in, any other
        does not.
        """
        design = self.weights.design
        if self.weights.calibration is not None:
            whole = design.stand_in(np.broadcast_to(np.intp(0), self.y.size), 1)
            return None if whole is None else np.repeat(whole, self.size)
        if self.rows is None:
            return design.stand_in(self.codes, self.size)
        codes = np.full(self.codes.size, -1, dtype=np.intp)
        codes[self.rows] = self.codes[self.rows]
        return design.stand_in(codes, self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainSums:
    """What the rows of each domain amount to, all of shape (k,) but ``covariance``.

    Attributes
    ----------
    n : answers of positive weight
    w, w2 : sums of final weights and of their squares
    value, variance : the estimate and its variance; 0 where w is 0
    defined : ndarray of bool
        Whether the domain has an estimate: weight, and a denominator that is not zero.
    lonely : ndarray of bool
        Whether nothing stands in for the lonely strata that all its rows are in.
    one_unit : ndarray of bool
        Whether all its rows are of one first-stage unit, of a stratum not taken whole.
    whole : ndarray of bool
        Whether all its rows are of strata taken whole.
    covariance : ndarray of float64, shape (k, k), or None
    """

    n: FloatArray
    w: FloatArray
    w2: FloatArray
    value: FloatArray
    variance: FloatArray
    defined: BoolArray
    lonely: BoolArray
    one_unit: BoolArray
    whole: BoolArray
    covariance: FloatArray | None

    def unseen(self, statistic: str) -> BoolArray:
        """Domains whose answers show no error, which is not to say that there is none: (k,)."""
        if statistic == "total":
            # How many a unit has in the domain, and that others have none, is seen.
            return self.lonely
        return np.asarray((self.lonely | self.one_unit | (self.variance == 0)) & ~self.whole)


def domain_sums(task: Task) -> DomainSums:
    """Estimate by cells when rows are the sampling units and cells are few, else by rows."""
    stage = task.weights.design.stages[0]
    calibration = task.weights.calibration
    n_cells = (1 if calibration is None else calibration.cell_g.size) * stage.n_units.size
    by_cell = stage.unit is None and 4 * n_cells <= task.y.size
    return _with_units(task, by_cells(task) if by_cell else by_rows(task))


def _with_units(task: Task, sums: DomainSums) -> DomainSums:
    """Add from how many first-stage units the rows of each domain are."""
    first = task.weights.design.stages[0]
    if first.unit is None and (first.fraction < 1 - CENSUS).all():
        return replace(sums, one_unit=sums.n == 1)
    codes = np.full(task.y.size, -1, dtype=np.intp)
    rows = np.flatnonzero(task.weights.weights > 0)
    if task.rows is not None:
        rows = np.intersect1d(rows, task.rows)
    codes[rows] = task.codes[rows]
    one_unit, whole = task.weights.design.unknown_between(codes, task.size)
    return replace(sums, one_unit=one_unit & ~whole, whole=whole)


def by_cells(task: Task) -> DomainSums:
    """Estimate from sums by domain and cell; exact when every row is a sampling unit."""
    layout = lay_out(task.weights)
    parts = []
    for first, last in _blocks(task.size, CELL_TABLE_LIMIT // layout.g.size):
        part = _narrowed(task, first, last) if last - first < task.size else task
        moments = _collect(part, layout, part.y)
        if part.statistic == "ratio":
            parts.append(_ratio_by_cells(part, layout, moments))
            continue
        w = layout.g @ moments.d * moments.unit
        y = layout.g @ moments.dy * moments.unit
        divisor = np.ones_like(w) if part.statistic == "total" else _nonzero(w)
        value = y / divisor
        centre = np.zeros_like(w) if part.statistic == "total" else value
        parts.append(_cell_part(part, layout, moments, centre=centre, divisor=divisor))
        parts[-1] = replace(parts[-1], value=value)
    return _joined(parts)


def _collect(task: Task, layout: Layout, y: FloatArray) -> Moments:
    return collect(
        layout=layout,
        base_weights=task.weights.base_weights,
        domain=task.codes,
        n_domains=task.size,
        y=y,
        rows=task.rows,
    )


def _ratio_by_cells(task: Task, layout: Layout, moments: Moments) -> DomainSums:
    assert task.x is not None
    below = layout.g @ _collect(task, layout, task.x).dy * moments.unit
    value = (layout.g @ moments.dy) * moments.unit / _nonzero(below)
    # Rows without a domain are never read, so what they get here does not matter.
    gap = task.y - value[task.codes] * task.x
    gaps = _collect(task, layout, gap)
    part = _cell_part(task, layout, gaps, centre=np.zeros_like(value), divisor=_nonzero(below))
    return replace(part, value=value, defined=part.defined & (below != 0))


def _cell_part(
    task: Task,
    layout: Layout,
    moments: Moments,
    *,
    centre: FloatArray,
    divisor: FloatArray,
) -> DomainSums:
    w = layout.g @ moments.d * moments.unit
    stand_in = task.stand_in()
    covariance = cell_covariance(
        weights=task.weights, layout=layout, moments=moments, centre=centre, divisor=divisor,
        stand_in=stand_in,
    )  # fmt: skip
    return DomainSums(
        n=(layout.g > 0) @ moments.n,
        w=w,
        w2=layout.g**2 @ moments.d2 * moments.unit**2,
        value=centre,
        variance=np.maximum(np.diagonal(covariance), 0.0),
        defined=w > 0,
        lonely=_without(stand_in, task.size),
        one_unit=np.zeros(task.size, dtype=bool),
        whole=np.zeros(task.size, dtype=bool),
        covariance=covariance,
    )


def by_rows(task: Task) -> DomainSums:
    """Estimate from each row's influence, whatever the design."""
    w = task.weights.weights
    code, weight = task.codes if task.rows is None else task.codes[task.rows], task.taken(w)

    def total(values: FloatArray) -> FloatArray:
        return total_by(code, values, task.size)

    y = task.taken(task.y)
    x = np.ones_like(y) if task.x is None else task.taken(task.x)
    below = total(weight * x)
    if task.statistic == "total":
        value, influence = total(weight * y), y
    else:
        divisor = _nonzero(below)
        value = total(weight * y) / divisor
        influence = (y - value[code] * x) / divisor[code]
        # Equal answers leave only rounding, which must not be published as an error.
        size = np.abs(y / divisor[code])
        flat = total(weight * np.abs(influence)) <= ROUNDING * total(weight * size)
        influence = np.where(flat[code], 0.0, influence)
    stand_in = task.stand_in()
    blocks = list(_blocks(task.size, ROW_TABLE_LIMIT // w.size))
    covariances = [
        task.weights.covariance(
            _dense(task, code, influence, first, last),
            None if stand_in is None else stand_in[first:last],
        )
        for first, last in blocks
    ]
    return DomainSums(
        n=total((weight > 0).astype(np.float64)),
        w=total(weight),
        w2=total(weight**2),
        value=value,
        variance=np.concatenate([np.maximum(np.diagonal(v), 0.0) for v in covariances]),
        defined=(total(weight) > 0) & (below != 0),
        lonely=_without(stand_in, task.size),
        one_unit=np.zeros(task.size, dtype=bool),
        whole=np.zeros(task.size, dtype=bool),
        covariance=covariances[0] if len(blocks) == 1 else None,
    )


def _dense(
    task: Task,
    code: NDArray[np.integer],
    influence: FloatArray,
    first: int,
    last: int,
) -> FloatArray:
    """Influence of every row on the domains [first, last), zero outside its own."""
    rows = np.arange(task.y.size) if task.rows is None else task.rows
    here = (code >= first) & (code < last)
    dense = np.zeros((task.y.size, last - first))
    dense[rows[here], code[here] - first] = influence[here]
    return dense


def _blocks(size: int, most: int) -> Iterator[tuple[int, int]]:
    """Cut domains so that tables stay within memory; one block carries covariances."""
    step = max(1, min(most, COVARIANCE_LIMIT))
    for first in range(0, size, step):
        yield first, min(first + step, size)


def _narrowed(task: Task, first: int, last: int) -> Task:
    here = (task.codes >= first) & (task.codes < last)
    if task.rows is not None:
        inside = np.zeros(here.size, dtype=bool)
        inside[task.rows] = True
        here &= inside
    codes = np.where(here, task.codes - first, 0)
    return replace(task, codes=codes, size=last - first, rows=np.flatnonzero(here))


def _joined(parts: list[DomainSums]) -> DomainSums:
    if len(parts) == 1:
        return parts[0]
    names = ("n", "w", "w2", "value", "variance", "defined", "lonely", "one_unit", "whole")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return DomainSums(**joined, covariance=None)


def _without(stand_in: FloatArray | None, size: int) -> BoolArray:
    return np.zeros(size, dtype=bool) if stand_in is None else stand_in == 0


def _nonzero(denominator: FloatArray) -> FloatArray:
    """Replace zeros, whose domains are dropped from the result, to divide without warnings."""
    return np.where(denominator == 0, 1.0, denominator)
