"""The pipeline: Plan + Sample → Appraisal, in ordered steps that each leave a trace.

returned (every answer counts one) → screened (validity rules) → weighted (raking). The
published figure is the last step's; the earlier ones show a unit what changed its score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from survey.stats.appraisal import (
    Appraisal,
    AppraisalNotice,
    GroupFigure,
    ItemFigure,
    Step,
    UnitFigure,
)
from survey.stats.estimation import linearised_covariance
from survey.stats.plan import Plan
from survey.stats.sample import Sample, check_sample
from survey.stats.scoring import (
    GroupScores,
    UnitScores,
    awareness,
    group_scores,
    influence,
    unit_scores,
)
from survey.stats.screening import Screening, screen
from survey.stats.standing import Standing, stand
from survey.stats.weighting import DomainWeighting, weigh_domain

METHOD_VERSION = "1"
_MANY = 1e9  # degrees of freedom of what has no variance


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Plan and sample cut into domains: domain = unit * number of groups + group."""

    plan: Plan
    sample: Sample
    domain: NDArray[np.intp]
    item_coefficients: NDArray[np.float64]
    group_coefficients: NDArray[np.float64]
    rows: tuple[NDArray[np.intp], ...]

    @property
    def shape(self) -> tuple[int, int]:
        return self.group_coefficients.shape[0], self.group_coefficients.shape[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    """Scores of one step."""

    groups: GroupScores
    units: UnitScores


def appraise(plan: Plan, sample: Sample, *, decisions: NDArray[np.int8] | None = None) -> Appraisal:
    """Score every unit of a campaign.

    Parameters
    ----------
    plan : Plan
        What the scheme says.
    sample : Sample
        The returned answers.
    decisions : ndarray of int8, shape (n,), optional
        ``Verdict`` two people decided on, -1 where none; replaces the rules' verdict.

    Returns
    -------
    Appraisal
        A function of its arguments alone: the same plan and sample give the same figures.

    Raises
    ------
    SampleError, UnknownRuleError, CalibrationError
        If sample or rules do not fit the plan, or its margins contradict one another.

    Notes
    -----
    Variance: within a unit and group, responses are independent (with replacement, no finite
    population correction: answers are few against the people they stand for), linearised
    through the raking; groups of a unit are independent, and so are units. A group of one
    answer has no estimable variance: the largest possible stands in, (range / 2)^2. The 95 %
    interval is Student's t with Satterthwaite's (1946, doi:10.2307/3002019) degrees of
    freedom, n - 1 in each group, clipped to the scale.
    """
    check_sample(sample, plan)
    screening = screen(plan, sample, decisions=decisions)
    frame = _frame(plan, sample, screening.valid)
    weighted, weighting = _weigh(frame)
    valid = screening.valid.astype(np.float64)
    steps = {
        "returned": _score(frame, np.ones(sample.n_responses)),
        "screened": _score(frame, valid),
        "weighted": _score(frame, weighted),
    }
    final = steps["weighted"]
    variance = _group_variances(frame, final.groups, weighting)
    standings = stand(
        plan=plan,
        estimate=np.where(final.units.covered, final.units.score, np.nan),
        variance=(final.units.share**2 * variance).sum(axis=1),
    )
    return Appraisal(
        plan=plan,
        screening=screening,
        units=_unit_figures(frame, steps, variance, standings),
        groups=_group_figures(frame, screening, final, variance, weighting),
        steps=tuple(_step(name, scored.units) for name, scored in steps.items()),
        notices=_notices(frame, final, weighting),
    )


def _frame(plan: Plan, sample: Sample, valid: NDArray[np.bool_]) -> _Frame:
    n_groups = len(plan.groups)
    domain = sample.unit * n_groups + sample.group
    items = np.array([[item.coefficient for item in unit.items] for unit in plan.units])
    by_class = {entry.class_code: entry.coefficients for entry in plan.classes}
    order = np.argsort(domain, kind="stable")
    order = order[valid[order]]
    n_domains = len(plan.units) * n_groups
    bounds = np.searchsorted(domain[order], np.arange(1, n_domains))
    return _Frame(
        plan=plan,
        sample=sample,
        domain=domain,
        item_coefficients=np.repeat(items, n_groups, axis=0),
        group_coefficients=np.array([by_class[unit.class_code] for unit in plan.units]),
        rows=tuple(np.split(order, bounds)),
    )


def _weigh(frame: _Frame) -> tuple[NDArray[np.float64], dict[int, DomainWeighting]]:
    """Return the final weight of every response, and how each domain was weighted."""
    weights = np.zeros(frame.sample.n_responses)
    weighting: dict[int, DomainWeighting] = {}
    n_groups = len(frame.plan.groups)
    for domain, rows in enumerate(frame.rows):
        unit, group = divmod(domain, n_groups)
        if rows.size == 0 or frame.group_coefficients[unit, group] == 0:
            continue
        weighting[domain] = weigh_domain(
            plan=frame.plan,
            sample=frame.sample,
            rows=rows,
            group=frame.plan.groups[group],
            universe=frame.plan.units[unit].universe,
        )
        weights[rows] = weighting[domain].weights
    return weights, weighting


def _score(frame: _Frame, weights: NDArray[np.float64]) -> _Scored:
    groups = group_scores(
        items=frame.sample.items,
        points=frame.plan.points,
        weights=weights,
        domain=frame.domain,
        coefficients=frame.item_coefficients,
    )
    units = unit_scores(
        group_score=groups.score.reshape(frame.shape),
        n_valid=groups.n.reshape(frame.shape),
        min_valid=np.array([group.min_valid for group in frame.plan.groups]),
        coefficients=frame.group_coefficients,
        min_covered=frame.plan.min_covered,
    )
    return _Scored(groups=groups, units=units)


def _group_variances(
    frame: _Frame, groups: GroupScores, weighting: dict[int, DomainWeighting]
) -> NDArray[np.float64]:
    """Return the variance of each group score, shape (u, g); zero where nobody answered."""
    worth = frame.plan.points[1:]
    out = np.zeros(len(frame.rows))
    for domain, how in weighting.items():
        rows = frame.rows[domain]
        if rows.size < 2:
            out[domain] = ((max(worth) - min(worth)) / 2) ** 2
            continue
        z = influence(
            items=frame.sample.items[rows],
            points=frame.plan.points,
            item_score=groups.item_score[domain],
            item_weight=groups.item_weight[domain],
            coefficients=frame.item_coefficients[domain],
        )
        base = how.weights if how.calibration is None else how.calibration.base_weights
        covariance = linearised_covariance(
            influence=z[:, None], calibration=how.calibration, base_weights=base
        )
        out[domain] = float(covariance[0, 0])
    return out.reshape(frame.shape)


def _unit_figures(
    frame: _Frame,
    steps: dict[str, _Scored],
    variance: NDArray[np.float64],
    standings: tuple[Standing | None, ...],
) -> tuple[UnitFigure, ...]:
    final = steps["weighted"]
    share = final.units.share
    n = final.groups.n.reshape(frame.shape)
    effective = _effective_n(share, final.groups.effective_n.reshape(frame.shape))
    worth = frame.plan.points[1:]
    figures = []
    for index, unit in enumerate(frame.plan.units):
        standing = standings[index]
        n_used = int(n[index][share[index] > 0].sum())
        estimate = _known(final.units.score[index]) if standing else None
        se, df = _error(share[index], variance[index], n[index])
        half = float(stdtrit(df, (1 + frame.plan.confidence) / 2)) * se
        figures.append(
            UnitFigure(
                unit_code=unit.unit_code,
                class_code=unit.class_code,
                status="published" if standing else "insufficient",
                estimate=estimate,
                score=standing.score if standing else None,
                se=None if estimate is None else se,
                lower=None if estimate is None else max(estimate - half, min(worth)),
                upper=None if estimate is None else min(estimate + half, max(worth)),
                df=None if estimate is None else df,
                n=n_used,
                effective_n=float(effective[index]),
                design_effect=n_used / float(effective[index]) if effective[index] else 1.0,
                group_weight_used=float(final.units.group_weight_used[index]),
                rank=standing.rank if standing else None,
                rank_lower=standing.rank_lower if standing else None,
                rank_upper=standing.rank_upper if standing else None,
                tier=standing.tier if standing else None,
                grade_zh=standing.grade.zh if standing else "",
                grade_en=standing.grade.en if standing else "",
                points=standing.points if standing else None,
                raw_score=_known(steps["returned"].units.score[index]),
            )
        )
    return tuple(figures)


def _effective_n(
    share: NDArray[np.float64], group_effective_n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Kish's number for a whole unit: one over the sum of squared parts of the responses."""
    spread = np.divide(
        share**2, group_effective_n, out=np.zeros_like(share), where=group_effective_n > 0
    ).sum(axis=1)
    out = np.zeros(share.shape[0])
    np.divide(1.0, spread, out=out, where=spread > 0)
    return out


def _error(
    share: NDArray[np.float64], variance: NDArray[np.float64], n: NDArray[np.intp]
) -> tuple[float, float]:
    """Return a unit's standard error and Satterthwaite's degrees of freedom."""
    parts = share**2 * variance
    total = float(parts.sum())
    if total == 0:
        return 0.0, _MANY
    freedom = np.maximum(n - 1, 1)
    return float(np.sqrt(total)), min(total**2 / float((parts**2 / freedom).sum()), _MANY)


def _group_figures(
    frame: _Frame,
    screening: Screening,
    final: _Scored,
    variance: NDArray[np.float64],
    weighting: dict[int, DomainWeighting],
) -> tuple[GroupFigure, ...]:
    by_item, by_domain = awareness(
        items=frame.sample.items,
        returned=screening.aware_or_not,
        domain=frame.domain,
        coefficients=frame.item_coefficients,
    )
    figures = []
    for domain, (unit_index, group_index) in enumerate(np.ndindex(*frame.shape)):
        if frame.group_coefficients[unit_index, group_index] == 0:
            continue
        unit, group = frame.plan.units[unit_index], frame.plan.groups[group_index]
        score = _known(final.groups.score[domain])
        how = weighting.get(domain)
        figures.append(
            GroupFigure(
                unit_code=unit.unit_code,
                group_code=group.group_code,
                score=score,
                se=None if score is None else float(np.sqrt(variance[unit_index, group_index])),
                n=int(final.groups.n[domain]),
                effective_n=float(final.groups.effective_n[domain]),
                awareness_rate=_known(by_domain[domain]),
                method="raking" if how and how.margins else "none",
                share=float(final.units.share[unit_index, group_index]),
                margins=tuple(margin.variable for margin in how.margins) if how else (),
                max_margin_error=how.max_margin_error if how else 0.0,
                items=tuple(
                    ItemFigure(
                        item_id=item.item_id,
                        score=_known(final.groups.item_score[domain, j]),
                        awareness_rate=_known(by_item[domain, j]),
                    )
                    for j, item in enumerate(unit.items)
                ),
            )
        )
    return tuple(figures)


def _step(name: str, units: UnitScores) -> Step:
    shown = np.where(units.covered, units.score, np.nan)
    return Step(name=name, unit_scores=tuple(_known(score) for score in shown))


def _notices(
    frame: _Frame, final: _Scored, weighting: dict[int, DomainWeighting]
) -> tuple[AppraisalNotice, ...]:
    notices = []
    n = final.groups.n.reshape(frame.shape)
    for u, unit in enumerate(frame.plan.units):
        for g, group in enumerate(frame.plan.groups):
            if frame.group_coefficients[u, g] == 0:
                continue
            how = weighting.get(u * frame.shape[1] + g)
            said = [(notice.code, notice.message) for notice in how.notices] if how else []
            if final.units.share[u, g] == 0:
                message = f"{n[u, g]} valid responses, {group.min_valid} needed: not in the score"
                said.append(("insufficient_group", message))
            notices += [
                AppraisalNotice(
                    unit_code=unit.unit_code,
                    group_code=group.group_code,
                    code=code,
                    message=message,
                )
                for code, message in said
            ]
        if not final.units.covered[u]:
            notices.append(_insufficient(frame, u, float(final.units.group_weight_used[u])))
    return tuple(notices)


def _insufficient(frame: _Frame, unit: int, percent: float) -> AppraisalNotice:
    return AppraisalNotice(
        unit_code=frame.plan.units[unit].unit_code,
        group_code="",
        code="insufficient_unit",
        message=(
            f"groups with enough responses cover {percent:g} % of the group weight,"
            f" {frame.plan.min_covered:g} % needed: no score is published"
        ),
    )


def _known(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
