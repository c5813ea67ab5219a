"""Weights and estimates for any survey file: the use-case behind `survey weigh`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.errors import StatsError
from survey.stats.estimation.design import Design, LonelyUnitError
from survey.stats.estimation.design_effect import effective_n, kish_design_effect
from survey.stats.estimation.estimate import Estimates
from survey.stats.estimation.estimators import Domains, mean, proportion, ratio, total
from survey.stats.estimation.quantiles import quantile
from survey.stats.estimation.weight_set import WeightSet
from survey.stats.notices import Notice
from survey.stats.weighting.bounded import Total, calibrate
from survey.stats.weighting.calibration import Calibration, Margin, poststratify, rake, trim
from survey.weigh.plan import CONSTANT, EstimatePlan, MarginPlan, WeighPlan
from survey.weigh.refusals import in_words, stratum_refusal
from survey.weigh.table import WeighTable


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEstimate:
    """One figure; ``None`` where a domain has no answers or a ratio no denominator.

    No error and no limits where the answers show none: one, all alike, all of one sampling unit.
    """

    variable: str
    statistic: str
    category: str
    domain: dict[str, str]
    estimate: float | None
    se: float | None
    lower: float | None
    upper: float | None
    df: float | None
    n: int
    effective_n: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighResult:
    """Final weights in row order, how they came about, and the estimates.

    ``written`` are the weights as the plan wants them in the file; estimates are by ``weights``.
    """

    weights: NDArray[np.float64]
    written: NDArray[np.float64]
    method: str
    converged: bool
    iterations: int
    max_margin_error: float
    kish_design_effect: float
    effective_n: float
    n_trimmed: int
    notices: tuple[Notice, ...]
    estimates: tuple[DomainEstimate, ...]


def weigh(*, table: WeighTable, plan: WeighPlan) -> WeighResult:
    """Weight a table by a plan and estimate; raise Refused for what cannot be met."""
    try:
        # What overflows would end as an infinite or missing figure.
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return _weigh(replace(table, missing=table.missing | set(plan.missing)), plan)
    except StatsError as error:
        raise in_words(error, file=plan.file) from error
    except (FloatingPointError, OverflowError) as error:
        raise table.refusal(
            "权数、答案或已知总数相差过大，无法计算；请换用合适的单位",
            "weights, answers or known totals are too far apart to compute with; use other units",
        ) from error


def _weigh(table: WeighTable, plan: WeighPlan) -> WeighResult:
    base = _base_weights(table, plan)
    calibration = _calibrate(table, plan, base)
    design = _design(table, plan)
    weights = WeightSet(base_weights=base, design=design, calibration=calibration)
    final, n_trimmed = _trimmed(plan, weights.weights)
    if n_trimmed:
        weights = WeightSet(base_weights=final, design=design)
    converged = calibration is None or calibration.converged
    found = list(_estimates(table, plan, weights)) if converged else []
    return WeighResult(
        weights=final,
        written=final / final.mean() if plan.rescale == "mean_one" else final,
        method=plan.calibration.method,
        converged=converged,
        iterations=0 if calibration is None else calibration.n_iter,
        max_margin_error=0.0 if calibration is None else calibration.max_margin_error,
        kish_design_effect=kish_design_effect(final),
        effective_n=effective_n(final),
        n_trimmed=n_trimmed,
        notices=(
            *(() if calibration is None else calibration.notices),
            *_own_notices(plan, final, n_trimmed),
            *(notice for _, notices in found for notice in notices),
        ),
        estimates=tuple(estimate for estimates, _ in found for estimate in estimates),
    )


def _base_weights(table: WeighTable, plan: WeighPlan) -> NDArray[np.float64]:
    column = plan.design.weights
    if not column:
        return np.ones(len(table.rows))
    base = table.complete_numbers(column)
    negative = np.flatnonzero(base < 0)
    if negative.size:
        row = int(negative[0])
        raise table.refusal(
            f"权数 {base[row]:g} 是负数", f"the weight {base[row]:g} is negative", row=row,
            field=column,
        )  # fmt: skip
    if not base.any():
        raise table.refusal("权数全部为零", "all weights are zero", field=column)
    return base


def _calibrate(table: WeighTable, plan: WeighPlan, base: NDArray[np.float64]) -> Calibration | None:
    wanted = plan.calibration
    if wanted.method == "none":
        return None
    margins = [_margin(table, margin) for margin in wanted.margins]
    if wanted.method == "poststratify":
        return poststratify(base_weights=base, margin=margins[0])
    if wanted.method == "raking" and wanted.bounds is None and not wanted.totals:
        return rake(
            base_weights=base, margins=margins, tolerance=wanted.tolerance,
            max_iterations=wanted.max_iterations,
        )  # fmt: skip
    totals = [
        Total(
            variable=name,
            values=np.ones(base.size) if name == CONSTANT else table.complete_numbers(name),
            total=known,
        )
        for name, known in wanted.totals
    ]
    return calibrate(
        base_weights=base, margins=margins, totals=totals, method=wanted.method,
        bounds=wanted.bounds, tolerance=wanted.tolerance, max_iterations=wanted.max_iterations,
    )  # fmt: skip


def _margin(table: WeighTable, plan: MarginPlan) -> Margin:
    categories = tuple(plan.totals)
    number = {category: i for i, category in enumerate(categories)}
    values = table.complete(plan.variable)
    for i, value in enumerate(values):
        if value not in number:
            raise table.refusal(
                f"“{value}”没有已知总数；给出总数的有 {'、'.join(categories)}",
                f"{value!r} has no known total; totals are given for {', '.join(categories)}",
                row=i,
                field=plan.variable,
            )
    return Margin(
        variable=plan.variable,
        categories=categories,
        codes=np.array([number[value] for value in values], dtype=np.intp),
        totals=np.array(list(plan.totals.values())),
    )


def _design(table: WeighTable, plan: WeighPlan) -> Design:
    wanted = plan.design
    names: tuple[str, ...] = ()
    strata: tuple[NDArray[np.intp], ...] = ()
    units = [table.codes(column)[1] for column in wanted.units]
    if wanted.strata:
        names, codes = table.codes(wanted.strata)
        strata = (codes,)
        if wanted.nested and units:
            units[0] = codes * (int(units[0].max()) + 1) + units[0]
    try:
        return Design.build(
            n=len(table.rows),
            strata=strata,
            units=units,
            fpc=[table.complete_numbers(column) for column in wanted.fpc],
            lonely_psu=wanted.lonely_psu,
        )
    except LonelyUnitError as error:
        raise stratum_refusal(table, plan, names, error) from error


def _trimmed(plan: WeighPlan, weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    if plan.trim is None:
        return weights, 0
    outside = (weights < plan.trim.lower) | (weights > plan.trim.upper)
    trimmed = trim(
        weights=weights, lower=plan.trim.lower, upper=plan.trim.upper, strict=plan.trim.strict
    )
    return trimmed, int(outside.sum())


Found = tuple[list[DomainEstimate], tuple[Notice, ...]]


def _estimates(table: WeighTable, plan: WeighPlan, weights: WeightSet) -> Iterator[Found]:
    for wanted in plan.estimates:
        names, domains = _domains(table, wanted.by)
        if wanted.statistic == "proportion":
            for category, y in _shares(table, wanted):
                shares = proportion(weights=weights, y=y, domains=domains)
                yield _rows(wanted, category, names, shares, _counts(weights, y, domains))
            continue
        y = table.numbers(wanted.variable)
        if wanted.statistic == "ratio":
            x = table.numbers(wanted.denominator)
            found = ratio(weights=weights, y=y, x=x, domains=domains)
            y = y + x
        elif wanted.statistic == "quantile":
            found = quantile(weights=weights, y=y, at=wanted.at, domains=domains)
        else:
            statistic = mean if wanted.statistic == "mean" else total
            found = statistic(weights=weights, y=y, domains=domains)
        yield _rows(wanted, "", names, found, _counts(weights, y, domains))


def _counts(
    weights: WeightSet, y: NDArray[np.float64], domains: Domains | None
) -> NDArray[np.intp]:
    """Count answers of positive weight by domain, with an estimate or without."""
    inside = ~np.isnan(y) & (weights.weights > 0)
    if domains is None:
        return np.array([inside.sum()])
    inside &= domains.codes >= 0
    return np.bincount(domains.codes[inside], minlength=domains.size)


def _shares(table: WeighTable, wanted: EstimatePlan) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Yield indicators: of ones where answers are zeros and ones, else of each category."""
    answers = np.array(table.text(wanted.variable))
    missing = answers == ""
    known = sorted(set(answers[~missing].tolist()))
    if wanted.category and wanted.category not in known:
        raise table.refusal(
            f"没有人回答“{wanted.category}”", f"nobody answered {wanted.category!r}",
            field=wanted.variable,
        )  # fmt: skip
    if not wanted.category and set(known) <= {"0", "1", "0.0", "1.0"}:
        yield "", table.numbers(wanted.variable)
        return
    for category in [wanted.category] if wanted.category else known:
        yield category, np.where(missing, np.nan, (answers == category).astype(np.float64))


def _domains(table: WeighTable, by: tuple[str, ...]) -> tuple[list[dict[str, str]], Domains | None]:
    if not by:
        return [{}], None
    keys = list(zip(*(table.text(column) for column in by), strict=True))
    found = sorted({key for key in keys if all(key)})
    number = {key: i for i, key in enumerate(found)}
    codes = np.array([number.get(key, -1) for key in keys], dtype=np.intp)
    names = [dict(zip(by, key, strict=True)) for key in found]
    return names, Domains(codes=codes, size=len(found))


def _rows(
    wanted: EstimatePlan,
    category: str,
    names: list[dict[str, str]],
    found: Estimates,
    counts: NDArray[np.intp],
) -> Found:
    place = {int(code): i for i, code in enumerate(found.domain)}
    rows = []
    for code, domain in enumerate(names):
        i = place.get(code)
        figures = (
            dict.fromkeys(("estimate", "se", "lower", "upper", "df"))
            if i is None
            else {
                "estimate": float(found.value[i]),
                "se": _if_seen(found.se[i]),
                "lower": _if_seen(found.lower[i]),
                "upper": _if_seen(found.upper[i]),
                "df": float(found.df[i]),
            }
        )
        rows.append(
            DomainEstimate(
                variable=wanted.variable,
                statistic=wanted.statistic,
                category=category,
                domain=domain,
                n=int(counts[code]),
                effective_n=0.0 if i is None else float(found.effective_n[i]),
                **figures,
            )
        )
    return rows, tuple(_renamed(notice, wanted, names) for notice in found.notices)


def _if_seen(figure: float) -> float | None:
    return None if np.isnan(figure) else float(figure)


def _renamed(notice: Notice, wanted: EstimatePlan, names: list[dict[str, str]]) -> Notice:
    """Put the names of domains in place of their codes."""
    domains = tuple(
        ", ".join(f"{column}={value}" for column, value in names[code].items())
        for code in notice.domains
    )
    return notice.having(domains=domains, statistic=wanted.statistic, variable=wanted.variable)


def _own_notices(plan: WeighPlan, weights: NDArray[np.float64], n_trimmed: int) -> Iterator[Notice]:
    if n_trimmed:
        yield Notice("trimmed", n=n_trimmed, total=weights.size)
    if (weights < 0).any():
        yield Notice("negative_weights", n=int((weights < 0).sum()))
    if plan.design.fpc and not plan.design.weights:
        yield Notice("no_base_weight")
