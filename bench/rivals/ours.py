"""Our way of each kind of problem, fixed before anything was measured, and the same on all grounds.

- Open answers beside a probability sample that was not asked: Chen, Li and Wu's doubly robust
  mean, all shared variables in both models, as the plan's `combination: chen_li_wu`.
- A sample beside known totals: raking to categories as margins and to numbers as totals.
- Figures of areas with known variances: Fay and Herriot by Yoshimori and Lahiri's likelihood, as
  the plan's `small_areas: assisted`.
- Small domains of one sample: slopes common to all, as the plan's `calibration: pooled_slopes`,
  with smoothed variances; then as figures of areas.
- Both samples asked, by unit: combined, and held within half a standard error, the default.
- A whole county: `appraise`, with the plan of the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bench.rivals.ground import Found, Table, normal
from survey.stats import (
    Design,
    Margin,
    Samples,
    Total,
    UnitMeans,
    WeightSet,
    calibrate,
    combine,
    fay_herriot,
    limit,
    mean,
    smooth_variances,
)
from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.estimation import PooledSlopes
from survey.stats.nonprobability import CORRECTIONS
from survey.stats.weighting import Auxiliary

REACH = 0.5


def beside_reference(
    opened: Table, reference: Table, x: tuple[str, ...], y: tuple[str, ...], design: Design
) -> Found:
    """Means of ``y``, asked in the open sample alone; ``d`` are the reference weights."""
    samples = Samples(
        x_open=_with_constant(opened, x),
        x_reference=_with_constant(reference, x),
        reference_weights=reference["d"],
        design=design,
    )
    everybody = np.ones(samples.x_open.shape[0])
    found = [
        CORRECTIONS["chen_li_wu"](samples, opened[name][:, None], np.ones(1), everybody)
        for name in y
    ]
    return normal(np.array([f.value for f in found]), np.array([f.se for f in found]))


def _with_constant(table: Table, names: tuple[str, ...]) -> FloatArray:
    columns = [np.asarray(table[name], dtype=float) for name in names]
    return np.column_stack([np.ones(columns[0].size), *columns])


def to_totals(
    sample: Table, y: str, shares: Mapping[str, Mapping[str, float]], means: Mapping[str, float]
) -> Found:
    """Mean of ``y`` of a sample raked to known shares of categories and means of numbers."""
    n = sample[y].size
    margins = [
        Margin.of(variable=name, values=sample[name], totals=known)
        for name, known in shares.items()
    ]
    totals = [Total(variable="size", values=np.ones(n), total=1.0)] if not margins else []
    totals += [Total(variable=name, values=sample[name], total=known)
               for name, known in means.items()]  # fmt: skip
    base = np.full(n, 1 / n)
    raked = calibrate(base_weights=base, margins=margins, totals=totals, method="raking")
    weights = WeightSet(base_weights=base, design=Design.build(n=n), calibration=raked)
    found = mean(weights=weights, y=sample[y])
    return Found(value=found.value, lower=found.lower, upper=found.upper)


def areas(direct: FloatArray, variance: FloatArray, x: FloatArray) -> Found:
    found = fay_herriot(direct=direct, variance=variance, x=x, method="yoshimori_lahiri")
    return normal(found.value, found.se)


def domains(*, y: FloatArray, unit: IndexArray, auxiliary: Auxiliary, known: FloatArray) -> Found:
    """Means of all domains; one that nobody answered about gets what the others have in common."""
    present, codes = np.unique(unit, return_inverse=True)
    slopes = PooledSlopes.build(
        auxiliary=auxiliary, unit=codes, weights=np.ones(y.size), known=known[present]
    )
    n = np.bincount(codes).astype(float)
    variance = smooth_variances(variance=slopes.variance(y), effective_n=n)
    model = fay_herriot(
        direct=slopes.mean(y) + slopes.shift(y), variance=variance, x=np.ones((n.size, 1)),
        method="yoshimori_lahiri",
    )  # fmt: skip
    value = np.full(known.shape[0], model.coefficients[0])
    se = np.full(known.shape[0], np.sqrt(model.area_variance))
    value[present], se[present] = model.value, model.se
    return normal(value, se)


def both_asked(reference: UnitMeans, opened: UnitMeans, n: FloatArray) -> Found:
    """Unit means as the appraisal combines and holds them; ``n`` invited answers of each."""
    x = np.ones((reference.mean.size, 1))
    both, alone = (
        combine(reference=reference, open_sample=o, covariates=x, rng=np.random.default_rng(1))
        for o in (opened, None)
    )
    se = np.sqrt(reference.variance)
    centre = np.clip(alone.score, reference.mean - REACH * se, reference.mean + REACH * se)
    held = limit(
        score=both.score, se=both.se, reference_score=centre, reference_se=se, reach=REACH,
        df=n - 1 + 20,
    )  # fmt: skip
    return Found(
        value=held.score, lower=held.score - held.half_width, upper=held.score + held.half_width
    )
