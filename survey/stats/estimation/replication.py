"""Any estimate by replicate weights, calibration repeated in each replicate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar, TypeVar

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.errors import StatsError
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.intervals import proportion_interval, t_interval
from survey.stats.estimation.regression import Regression
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.weighting.calibration import Calibration

Result = TypeVar("Result", Estimates, Regression)
Calibrate = Callable[[FloatArray], Calibration]


class ReplicationError(StatsError):
    """Replicates that do not fit, or that one of them cannot be computed."""

    code: ClassVar[str] = "replication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """Factors on the base weights, one column per replicate.

    Attributes
    ----------
    factors : ndarray of float64, shape (n, r)
    scales : ndarray of float64, shape (r,)
        What the square of each replicate's deviation from the mean of all counts.
    df : float
        Degrees of freedom of the intervals.
    """

    factors: FloatArray
    scales: FloatArray
    df: float


def jackknife(weights: WeightSet) -> Replicates:
    """Leave out one first-stage unit at a time (JK1; JKn where there are strata).

    Raises
    ------
    ReplicationError
        A stratum with one unit.

    Notes
    -----
    The others of its stratum get n / (n - 1); a replicate counts (1 - f)(n - 1) / n.

    Checked against R ``survey::as.svrepdesign(design, type = "JK1" | "JKn")``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, jackknife
    >>> village = np.array([0, 0, 1, 2])
    >>> weights = WeightSet(base_weights=np.ones(4), design=Design.build(n=4, units=[village]))
    >>> jackknife(weights).factors
    array([[0. , 1.5, 1.5],
           [0. , 1.5, 1.5],
           [1.5, 0. , 1.5],
           [1.5, 1.5, 0. ]])
    """
    stage = weights.design.stages[0]
    unit = np.arange(weights.design.n_rows) if stage.unit is None else stage.unit
    size = stage.n_units[stage.stratum]
    if (size < 2).any():
        raise ReplicationError("lonely_unit")
    same = stage.stratum[:, None] == stage.stratum
    factors = np.where(same, (size / (size - 1))[:, None], 1.0)
    np.fill_diagonal(factors, 0.0)
    scales = (1 - stage.fraction[stage.stratum]) * (size - 1) / size
    return Replicates(
        factors=factors[unit], scales=scales, df=float(weights.design.degrees_of_freedom())
    )


def by_replication(
    *,
    weights: WeightSet,
    replicates: Replicates,
    estimator: Callable[[WeightSet], Result],
    calibrate: Calibrate | None = None,
    level: float = 0.95,
) -> Result:
    """Return what ``estimator`` finds, with errors from replicates.

    Parameters
    ----------
    weights : WeightSet
    replicates : Replicates
        Of :func:`jackknife`, or made elsewhere: bootstrap, half-samples.
    estimator : function of a WeightSet
        Any of this library's: ``lambda w: mean(weights=w, y=y, domains=domains)``.
    calibrate : function of base weights (n,) to a Calibration
        Needed where the weights are calibrated: repeated in each replicate.
    level : float

    Returns
    -------
    Estimates or Regression
        Value, labels and notices of the whole sample; errors, covariance, degrees of freedom,
        limits and tests of the replicates.

    Raises
    ------
    ReplicationError
        A replicate whose calibration or fit does not converge or is refused, or in which a domain
        has no answers: an error over the others would say too little. Calibrated weights without
        ``calibrate``.

    Notes
    -----
    V = sum of scale (t_r - mean)(t_r - mean)'. Not for quantiles by jackknife, whose errors it
    misses.

    Checked against R ``survey::svyby``, ``svyratio``, ``svyglm`` on ``as.svrepdesign(design)``,
    raked by ``rake``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, by_replication, jackknife, mean
    >>> weights = WeightSet(base_weights=np.ones(4), design=Design.build(n=4))
    >>> y = np.array([60.0, 80.0, 70.0, 90.0])
    >>> found = by_replication(
    ...     weights=weights, replicates=jackknife(weights), estimator=lambda w: mean(weights=w, y=y)
    ... )
    >>> found.value, found.se.round(3)
    (array([75.]), array([6.455]))
    """
    if weights.calibration is not None and calibrate is None:
        raise ReplicationError("not_calibrated")
    n, r = replicates.factors.shape
    if n != weights.base_weights.size or replicates.scales.shape != (r,):
        raise ReplicationError("shapes", rows=n, replicates=r, scales=replicates.scales.size)
    whole = estimator(weights)
    found = []
    for k, factors in enumerate(replicates.factors.T):
        base = weights.base_weights * factors
        try:
            calibration = None if calibrate is None else calibrate(base)
            once = estimator(replace(weights, base_weights=base, calibration=calibration))
        except StatsError as error:
            raise ReplicationError("refused", replicate=k, why=str(error)) from error
        if calibration is not None and not calibration.converged:
            raise ReplicationError("not_converged", replicate=k)
        found.append(_figures(k, once, whole))
    gap = np.stack(found)
    gap -= gap[replicates.scales > 0].mean(axis=0)
    covariance = (gap * replicates.scales[:, None]).T @ gap
    return _with_errors(whole, covariance, replicates.df, level)


def _figures(k: int, found: Result, whole: Result) -> FloatArray:
    """Return what replicate ``k`` found, if it is what the whole sample found."""
    if isinstance(found, Regression):
        if not found.converged:
            raise ReplicationError("not_converged", replicate=k)
        return found.coefficients
    assert isinstance(whole, Estimates)
    if not np.array_equal(found.domain, whole.domain):
        lost = np.setdiff1d(whole.domain, found.domain)
        raise ReplicationError("empty_domain", replicate=k, domains=tuple(map(int, lost)))
    return found.value


def _with_errors(whole: Result, covariance: FloatArray, df: float, level: float) -> Result:
    se = np.sqrt(np.diagonal(covariance))
    if isinstance(whole, Regression):
        return whole.with_covariance(covariance, df=int(df) + 1 - se.size, level=level)
    freedom = np.full(se.size, df)
    if whole.statistic == "proportion":
        lower, upper = proportion_interval(
            value=whole.value, se=se, df=freedom, n=whole.n, effective_n=whole.effective_n,
            level=level,
        )  # fmt: skip
    else:
        lower, upper = t_interval(value=whole.value, se=se, df=freedom, level=level)
    return replace(whole, se=se, lower=lower, upper=upper, df=freedom, covariance=covariance)
