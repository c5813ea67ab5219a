"""Means, totals, ratios and proportions of domains, with linearised errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.errors import StatsError
from survey.stats.estimation.domain_sums import DomainSums, Statistic, Task, domain_sums
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.intervals import ProportionInterval, proportion_interval, t_interval
from survey.stats.estimation.linearisation import linearised_covariance
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.notices import Notice

__all__ = ["Domains", "EstimationError", "linearised_covariance", "mean", "proportion", "ratio",
           "total"]  # fmt: skip


class EstimationError(StatsError):
    """Arrays or domains that do not fit the weights."""

    code: ClassVar[str] = "estimation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """The domain of each row.

    Attributes
    ----------
    codes : ndarray of integers, shape (n,)
        In [0, size), or -1 for a row that is in none.
    size : int
    labels : tuple of str, length size or 0
        What the domains are called, in results.
    """

    codes: NDArray[np.integer]
    size: int
    labels: tuple[str, ...] = ()

    @classmethod
    def of(cls, *values: NDArray[np.str_]) -> Domains:
        """Return the domains that ``values`` (n,) name, or combinations of several; "" is in none.

        Examples
        --------
        >>> import numpy as np
        >>> from survey.stats import Domains
        >>> found = Domains.of(np.array(["town", "", "hill", "town"]))
        >>> found.codes, found.labels
        (array([ 1, -1,  0,  1]), ('hill', 'town'))
        """
        rows = list(zip(*(column.tolist() for column in values), strict=True))
        known = sorted({row for row in rows if all(row)})
        number = {row: code for code, row in enumerate(known)}
        return cls(
            codes=np.array([number.get(row, -1) for row in rows], dtype=np.intp),
            size=len(known),
            labels=tuple(", ".join(row) for row in known),
        )

    def labels_of(self, codes: IndexArray) -> tuple[str, ...]:
        """Return what the domains with these codes are called; nothing where they have no names."""
        return tuple(self.labels[code] for code in codes) if self.labels else ()


def mean(
    *,
    weights: WeightSet,
    y: FloatArray,
    domains: Domains | None = None,
    level: float = 0.95,
) -> Estimates:
    """Weighted means by domain.

    Parameters
    ----------
    weights : WeightSet
    y : ndarray of float64, shape (n,)
        NaN where the answer is missing: the mean is over those who answered.
    domains : Domains, optional
        None: the whole sample.
    level : float
        Of the t interval.

    Returns
    -------
    Estimates

    Notes
    -----
    The error is that of the whole design. The interval, as a proportion's, is that of a domain that
    may have few answers: t has the degrees of freedom of the design restricted to the domain's
    answers (its sampling units less their strata), and the factor u/(u - 1) in the error is that
    of these units, not of all. Rows outside a domain, or without an answer, stay in the design with
    influence zero. A domain of one answer, of answers all alike or all from one sampling unit shows
    no error: it has a value without interval, and a notice. Where its strata are taken whole the
    error is zero.
    When every row is a sampling unit and cells are few, sums by domain and cell replace the
    rows; the figures are the same.

    Checked against R ``survey::svyby(~y, ~domain, design, svymean, na.rm = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, Domains, WeightSet, mean
    >>> weights = WeightSet(
    ...     base_weights=np.array([1.0, 1.0, 2.0, 2.0]), design=Design.build(n=4)
    ... )
    >>> y = np.array([60.0, 80.0, 70.0, 90.0])
    >>> mean(weights=weights, y=y).value.round(2)
    array([76.67])
    >>> town = Domains(codes=np.array([0, 0, 1, 1]), size=2)
    >>> found = mean(weights=weights, y=y, domains=town)
    >>> found.value, found.se.round(2)
    (array([70., 80.]), array([8.16, 8.16]))
    """
    sums = _estimate(weights, y, None, domains, "mean")
    found = _finish("mean", sums, weights, level, domains)
    return _with_own_freedom(found, sums, weights, _inside(weights, ~np.isnan(y), domains), level)


def total(
    *,
    weights: WeightSet,
    y: FloatArray,
    domains: Domains | None = None,
    level: float = 0.95,
) -> Estimates:
    """Weighted totals by domain; parameters as :func:`mean`, degrees of freedom of all the design.

    Checked against R ``survey::svyby(~y, ~domain, design, svytotal, na.rm = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, total
    >>> weights = WeightSet(
    ...     base_weights=np.array([10.0, 10.0, 20.0]), design=Design.build(n=3)
    ... )
    >>> print(total(weights=weights, y=np.array([1.0, 0.0, 1.0])).summary())
    total 0: 30 (se 17.32, -44.5241 to 104.524, n 3)
    """
    return _finish("total", _estimate(weights, y, None, domains, "total"), weights, level, domains)


def ratio(
    *,
    weights: WeightSet,
    y: FloatArray,
    x: FloatArray,
    domains: Domains | None = None,
    level: float = 0.95,
) -> Estimates:
    """Ratios of two totals, sum of ``y`` over sum of ``x``; parameters as :func:`mean`.

    Rows with either missing are left out.

    Checked against R ``survey::svyratio(~y, ~x, design, na.rm = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, ratio
    >>> weights = WeightSet(base_weights=np.full(4, 5.0), design=Design.build(n=4))
    >>> satisfied, asked = np.array([3.0, 1.0, 4.0, 2.0]), np.array([4.0, 4.0, 5.0, 2.0])
    >>> found = ratio(weights=weights, y=satisfied, x=asked)
    >>> found.value.round(4), found.se.round(4)
    (array([0.6667]), array([0.1496]))
    """
    if x.shape != y.shape:
        raise EstimationError("ratio_rows", y=y.size, x=x.size)
    sums = _estimate(weights, y, x, domains, "ratio")
    found = _finish("ratio", sums, weights, level, domains)
    inside = _inside(weights, ~(np.isnan(y) | np.isnan(x)), domains)
    return _with_own_freedom(found, sums, weights, inside, level)


def proportion(
    *,
    weights: WeightSet,
    y: FloatArray,
    domains: Domains | None = None,
    method: ProportionInterval = "logit",
    level: float = 0.95,
) -> Estimates:
    """Weighted share of ones among zeros and ones, by domain; parameters as :func:`mean`.

    The interval keeps within [0, 1]; its degrees of freedom are those of the design
    restricted to the domain's answers, as R does.

    Checked against R ``survey::svyciprop(~y, subset(design, domain), method = method)``.

    Examples
    --------
    >>> import numpy as np
    >>> from survey.stats import Design, WeightSet, proportion
    >>> weights = WeightSet(base_weights=np.ones(10), design=Design.build(n=10))
    >>> found = proportion(weights=weights, y=np.array([1.0] * 9 + [0.0]))
    >>> found.value, found.lower.round(3), found.upper.round(3)
    (array([0.9]), array([0.422]), array([0.991]))
    """
    answered = ~np.isnan(y)
    if not np.isin(y[answered], (0.0, 1.0)).all():
        raise EstimationError("not_zeros_and_ones")
    sums = _estimate(weights, y, None, domains, "mean")
    found = _finish("proportion", sums, weights, level, domains)
    df = weights.design.degrees_of_freedom_by(*_inside(weights, answered, domains))[found.domain]
    # Like R, whose calibrated designs keep their rows when restricted to a domain.
    kept = found.n if weights.calibration is None else np.full(df.size, float(y.size))
    lower, upper = proportion_interval(
        value=found.value, se=found.se, df=df, n=kept, effective_n=found.effective_n,
        method=method, level=level,
    )  # fmt: skip
    # Shares of 0 and 1 have limits by the number of answers, where these are of several units.
    inner = (found.value > 0) & (found.value < 1)
    clustered = weights.design.stages[0].unit is not None
    unseen = np.isnan(found.se) & (inner | (sums.one_unit[found.domain] & clustered))
    lower[unseen] = upper[unseen] = np.nan
    return Estimates(
        statistic="proportion", domain=found.domain, value=found.value, se=found.se,
        lower=lower, upper=upper, df=df, n=found.n, effective_n=found.effective_n,
        covariance=found.covariance, labels=found.labels,
        notices=(*_notices(sums, "proportion"), *_without_freedom(df, found.domain)),
    )  # fmt: skip


def _inside(
    weights: WeightSet, answered: BoolArray, domains: Domains | None
) -> tuple[NDArray[np.integer], int]:
    """Return the domain of each row that answered, -1 elsewhere, and the number of domains."""
    inside = answered & (weights.base_weights > 0)
    codes = np.where(inside, 0 if domains is None else domains.codes, -1)
    return codes, 1 if domains is None else domains.size


def _with_own_freedom(
    found: Estimates,
    sums: DomainSums,
    weights: WeightSet,
    inside: tuple[NDArray[np.integer], int],
    level: float,
) -> Estimates:
    """Return estimates with intervals by the sampling units of the domain alone."""
    design = weights.design
    units, df = (each[found.domain] for each in design.units_by(*inside))
    # Where all strata are taken whole, what error there is comes from within the units.
    within = design.unknown_between(*inside)[1][found.domain]
    df = np.where(within, found.df, df)
    whole = design.stages[0].stratum.size / max(weights.degrees_of_freedom, 1)
    factor = np.divide(units, df * whole, out=np.ones(df.size), where=(df > 0) & ~within)
    lower, upper = t_interval(
        value=found.value, se=found.se * np.sqrt(np.maximum(factor, 1.0)), df=df, level=level
    )
    seen = np.isfinite(found.se)  # what has no error has a notice that says why
    return replace(
        found, lower=lower, upper=upper, df=df,
        notices=(*_notices(sums, found.statistic), *_without_freedom(df[seen], found.domain[seen])),
    )  # fmt: skip


def _estimate(
    weights: WeightSet,
    y: FloatArray,
    x: FloatArray | None,
    domains: Domains | None,
    statistic: Statistic,
) -> DomainSums:
    n = weights.base_weights.size
    if y.shape != (n,):
        raise EstimationError("rows", values=y.size, rows=n)
    codes, size = (np.zeros(n, dtype=np.int8), 1) if domains is None else _checked(domains, n)
    return domain_sums(
        Task(
            weights=weights,
            statistic=statistic,
            y=y,
            x=x,
            codes=codes,
            size=size,
            rows=_answered(y, x, codes),
        )
    )


def _checked(domains: Domains, n: int) -> tuple[NDArray[np.integer], int]:
    if domains.codes.shape != (n,):
        raise EstimationError("domain_rows", codes=domains.codes.size, rows=n)
    if domains.codes.min() < -1 or domains.codes.max() >= domains.size:
        raise EstimationError("domain_range", size=domains.size)
    if domains.labels and len(domains.labels) != domains.size:
        raise EstimationError("domain_labels", labels=len(domains.labels), size=domains.size)
    return domains.codes, domains.size


def _answered(y: FloatArray, x: FloatArray | None, codes: NDArray[np.integer]) -> IndexArray | None:
    """Rows in a domain with all answers; None when that is every row."""
    sums = y.sum() + (0.0 if x is None else x.sum())
    if np.isfinite(sums) and codes.min() >= 0:
        return None
    inside = ~np.isnan(y) & (codes >= 0)
    if x is not None:
        inside &= ~np.isnan(x)
    if np.isinf(y[inside]).any() or (x is not None and np.isinf(x[inside]).any()):
        raise EstimationError("infinite_answer")
    return np.flatnonzero(inside)


def _finish(
    statistic: str, sums: DomainSums, weights: WeightSet, level: float, domains: Domains | None
) -> Estimates:
    defined = np.flatnonzero(sums.defined)
    se = np.sqrt(sums.variance[defined])
    value = sums.value[defined]
    unseen = sums.unseen(statistic)[defined]
    se[unseen] = np.nan
    df = np.full(defined.size, float(weights.degrees_of_freedom))
    lower, upper = t_interval(value=value, se=se, df=df, level=level)
    covariance = sums.covariance
    if covariance is not None:
        covariance = covariance[np.ix_(defined, defined)]
        covariance[unseen, :] = covariance[:, unseen] = np.nan
    return Estimates(
        statistic=statistic,
        domain=defined,
        value=value,
        se=se,
        lower=lower,
        upper=upper,
        df=df,
        n=sums.n[defined],
        effective_n=sums.w[defined] ** 2 / sums.w2[defined],
        covariance=covariance,
        labels=domains.labels_of(defined) if domains else (),
        notices=(*_notices(sums, statistic), *_without_freedom(df, defined)),
    )


def _notices(sums: DomainSums, statistic: str) -> tuple[Notice, ...]:
    several = sums.defined & (sums.n > 1)
    lonely = several & sums.lonely
    one_unit = several & sums.one_unit & ~lonely & (statistic != "total")
    found = (
        Notice("empty_domain", domains=_codes(~sums.defined & (sums.w <= 0))),
        Notice("zero_denominator", domains=_codes(~sums.defined & (sums.w > 0))),
        Notice("one_answer", domains=_codes(sums.defined & (sums.n == 1))),
        Notice("lonely_domain", domains=_codes(lonely)),
        Notice("one_sampling_unit", domains=_codes(one_unit)),
        Notice(
            "zero_variance",
            domains=_codes(several & (sums.variance == 0) & ~lonely & ~one_unit),
        ),
    )
    return tuple(notice for notice in found if notice.domains)


def _without_freedom(df: FloatArray, domain: IndexArray) -> tuple[Notice, ...]:
    which = tuple(int(code) for code in domain[df < 1])
    return (Notice("no_degree_of_freedom", domains=which),) if which else ()


def _codes(which: BoolArray) -> tuple[int, ...]:
    return tuple(int(code) for code in np.flatnonzero(which))
