"""Replicate weights: jackknife, balanced half-samples and bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.linalg import hadamard

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.errors import StatsError
from survey.stats.estimation.design import Design, Stage

Statistic = Callable[[FloatArray], FloatArray]
Calibrate = Callable[[FloatArray], FloatArray]


class ReplicationError(StatsError):
    """A design for which the replicates do not exist."""

    code: ClassVar[str] = "replication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """Factors on the base weights, one column per replicate.

    Attributes
    ----------
    unit : ndarray of intp, shape (n,)
        First-stage unit of each row, or row number.
    factors : ndarray of float64, shape (u, r)
        Factor of each unit in each replicate.
    scales : ndarray of float64, shape (r,)
        What the square of each replicate's deviation counts.
    about_estimate : bool
        Deviations from the full-sample estimate; otherwise from the mean of replicates.
    """

    unit: IndexArray
    factors: FloatArray
    scales: FloatArray
    about_estimate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicateEstimates:
    """Estimates with a replication covariance.

    Attributes
    ----------
    value, se : ndarray of float64, shape (m,)
    covariance : ndarray of float64, shape (m, m)
    replicates : ndarray of float64, shape (r, m)
    """

    value: FloatArray
    se: FloatArray
    covariance: FloatArray
    replicates: FloatArray

    def summary(self) -> str:
        """One line per estimate."""
        r = self.replicates.shape[0]
        return "\n".join(
            f"{value:.6g} (se {se:.4g} from {r} replicates)"
            for value, se in zip(self.value, self.se, strict=True)
        )

    def to_columns(self) -> dict[str, FloatArray]:
        """Columns of one value per estimate."""
        return {"value": self.value, "se": self.se}


def estimate(
    *,
    replicates: Replicates,
    base_weights: FloatArray,
    statistic: Statistic,
    calibrate: Calibrate | None = None,
) -> ReplicateEstimates:
    """Estimate with every replicate, calibration repeated in each.

    Parameters
    ----------
    replicates : Replicates
    base_weights : ndarray of float64, shape (n,)
    statistic : function of final weights (n,) to estimates (m,)
    calibrate : function of base weights (n,) to final weights (n,), optional

    Returns
    -------
    ReplicateEstimates

    Notes
    -----
    V = sum_r scale_r (t_r - centre)(t_r - centre)'.

    Checked against R ``survey::svymean(~y, as.svrepdesign(design, type = ...))`` and
    ``svrepdesign(..., repweights)``, raked or post-stratified.
    """

    def once(base: FloatArray) -> FloatArray:
        return np.atleast_1d(statistic(base if calibrate is None else calibrate(base)))

    value = once(base_weights)
    found = np.stack([once(base_weights * f[replicates.unit]) for f in replicates.factors.T])
    counted = replicates.scales > 0
    centre = value if replicates.about_estimate else found[counted].mean(axis=0)
    deviation = found - centre
    covariance = (deviation * replicates.scales[:, None]).T @ deviation
    return ReplicateEstimates(
        value=value,
        se=np.sqrt(np.diagonal(covariance)),
        covariance=covariance,
        replicates=found,
    )


def given(*, factors: FloatArray, scales: FloatArray | None = None) -> Replicates:
    """Replicates made elsewhere, ``factors`` of shape (n, r); bootstrap scales by default."""
    n, r = factors.shape
    made = np.full(r, 1 / (r - 1)) if scales is None else scales
    return Replicates(unit=np.arange(n), factors=factors, scales=made)


def jackknife(*, design: Design) -> Replicates:
    """Leave out one first-stage unit at a time (JK1; JKn when there are strata).

    Raises
    ------
    ReplicationError
        A stratum with one unit.

    Notes
    -----
    The others of its stratum get n / (n - 1); a replicate counts (1 - f)(n - 1) / n.

    Checked against R ``survey::as.svrepdesign(design, type = "JK1" | "JKn")``.
    """
    stage, unit = _first_stage(design)
    size = stage.n_units[stage.stratum]
    if (size < 2).any():
        raise ReplicationError("a stratum has one sampling unit", hint="merge strata")
    u = stage.stratum.size
    same = stage.stratum[:, None] == stage.stratum
    factors = np.where(same, (size / (size - 1))[:, None], 1.0)
    factors[np.arange(u), np.arange(u)] = 0.0
    keep = 1 - stage.fraction[stage.stratum]
    return Replicates(unit=unit, factors=factors, scales=keep * (size - 1) / size)


def balanced_half_samples(*, design: Design, rho: float = 0.0) -> Replicates:
    """Balanced repeated replication for two units in every stratum; ``rho`` is Fay's.

    Raises
    ------
    ReplicationError
        A stratum without exactly two units, or rho outside [0, 1).

    Notes
    -----
    One unit of each stratum gets 2 - rho, the other rho, by the rows of a Hadamard matrix;
    a replicate counts 1 / (r (1 - rho)^2). No finite-population correction.

    References
    ----------
    McCarthy, P. J. (1969), doi:10.2307/1402116.

    Checked against R ``survey::as.svrepdesign(design, type = "BRR" | "Fay")``.
    """
    stage, unit = _first_stage(design)
    if (stage.n_units != 2).any():
        raise ReplicationError("half-samples need exactly two sampling units in every stratum")
    if not 0 <= rho < 1:
        raise ReplicationError(f"Fay's rho is {rho}, outside [0, 1)")
    n_strata = stage.n_units.size
    r = 1 << n_strata.bit_length()
    sign = hadamard(r)[1 : n_strata + 1].astype(np.float64)
    first = np.zeros(stage.stratum.size, dtype=bool)
    first[np.unique(stage.stratum, return_index=True)[1]] = True
    side = np.where(first, 1.0, -1.0)[:, None] * sign[stage.stratum]
    factors = 1 + (1 - rho) * side
    return Replicates(unit=unit, factors=factors, scales=np.full(r, 1 / (r * (1 - rho) ** 2)))


def bootstrap(*, design: Design, n_replicates: int, generator: np.random.Generator) -> Replicates:
    """Resample n - 1 of the n units of each stratum with replacement, and rescale.

    Raises
    ------
    ReplicationError
        A stratum with one unit, or fewer than two replicates.

    Notes
    -----
    A unit drawn k times gets k n / (n - 1); a replicate counts 1 / (r - 1). No
    finite-population correction.

    References
    ----------
    Rao, J. N. K. and Wu, C. F. J. (1988), doi:10.1080/01621459.1988.10478591.

    Same scheme as R ``survey::as.svrepdesign(design, type = "subbootstrap")``.
    """
    stage, unit = _first_stage(design)
    if (stage.n_units < 2).any():
        raise ReplicationError("a stratum has one sampling unit", hint="merge strata")
    if n_replicates < 2:
        raise ReplicationError(f"{n_replicates} replicates have no variance")
    factors = np.zeros((stage.stratum.size, n_replicates))
    for stratum, size in enumerate(stage.n_units.astype(int)):
        members = np.flatnonzero(stage.stratum == stratum)
        drawn = generator.multinomial(size - 1, np.full(size, 1 / size), size=n_replicates)
        factors[members] = drawn.T * (size / (size - 1))
    scales = np.full(n_replicates, 1 / (n_replicates - 1))
    return Replicates(unit=unit, factors=factors, scales=scales)


def _first_stage(design: Design) -> tuple[Stage, IndexArray]:
    stage = design.stages[0]
    return stage, np.arange(design.n_rows) if stage.unit is None else stage.unit
