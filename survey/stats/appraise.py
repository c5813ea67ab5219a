"""The pipeline: Plan + Sample → Appraisal, in ordered steps that each leave a trace.

returned (every answer counts one) → screened (validity rules) → weighted (raking). The
published figure is the last step's; the earlier ones show a unit what changed its score.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from survey.stats.appraisal import Appraisal, Step
from survey.stats.estimation import linearised_covariance
from survey.stats.figures import group_figures, known, notices, unit_figures
from survey.stats.frame import Frame, build_frame, score
from survey.stats.plan import Plan
from survey.stats.sample import Sample, check_sample
from survey.stats.scoring import GroupScores, UnitScores, influence
from survey.stats.screening import screen
from survey.stats.standing import stand
from survey.stats.weighting import DomainWeighting, weigh_domain

METHOD_VERSION = "1"


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
    frame = build_frame(plan, sample, screening.valid)
    weighted, weighting = _weigh(frame)
    valid = screening.valid.astype(np.float64)
    steps = {
        "returned": score(frame, np.ones(sample.n_responses)),
        "screened": score(frame, valid),
        "weighted": score(frame, weighted),
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
        units=unit_figures(frame, steps, variance, standings),
        groups=group_figures(frame, screening, final, variance, weighting),
        steps=tuple(_step(name, scored.units) for name, scored in steps.items()),
        notices=notices(frame, final, weighting),
    )


def _weigh(frame: Frame) -> tuple[NDArray[np.float64], dict[int, DomainWeighting]]:
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


def _group_variances(
    frame: Frame, groups: GroupScores, weighting: dict[int, DomainWeighting]
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


def _step(name: str, units: UnitScores) -> Step:
    shown = np.where(units.covered, units.score, np.nan)
    return Step(name=name, unit_scores=tuple(known(score) for score in shown))
