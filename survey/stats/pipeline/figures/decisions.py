"""Holds the ranked units of each class against the plan's lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.decisions import DecisionFigure, Side, ThresholdPlan
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.plan import Plan
from survey.stats.ranking.decisions import about_mean, decide

_SIDES: dict[int, Side] = {1: "above", -1: "below"}


def decision_figures(
    plan: Plan, units: tuple[UnitFigure, ...], covariance: FloatArray
) -> tuple[DecisionFigure, ...]:
    """Return for each line of a class, in the plan's order, its units.

    Parameters
    ----------
    plan : Plan
    units : tuple of UnitFigure
        All of the plan's. Units without a rank are left out: nothing holds what their score
        rests on.
    covariance : ndarray of float64, shape (u, u)
        Of the unit scores.

    Notes
    -----
    Each line draws from a generator of its own (seed and the line's place among all): one does
    not move another. Against the mean of a class its own error counts.
    """
    return tuple(
        figure
        for place, line in enumerate(plan.decisions.thresholds)
        for figure in _against(plan, line, place, units, covariance)
    )


def _against(
    plan: Plan,
    line: ThresholdPlan,
    place: int,
    units: tuple[UnitFigure, ...],
    covariance: FloatArray,
) -> Iterator[DecisionFigure]:
    members: IndexArray = np.array(
        [
            index
            for index, unit in enumerate(units)
            if unit.class_code == line.class_code and unit.rank is not None
        ],
        dtype=np.intp,
    )
    if not members.size:
        return
    # Without the noise of sums: a unit whose answers are all on the line is on neither side.
    estimate = np.round([units[index].estimate or 0.0 for index in members], 10)
    shared = covariance[np.ix_(members, members)]
    if line.score is None:
        shared = about_mean(shared)
    threshold = float(estimate.mean()) if line.score is None else line.score
    found = decide(
        estimate=estimate,
        covariance=shared,
        line=threshold,
        rng=np.random.default_rng([plan.seed, len(plan.classes), place]),
        freedom=np.array([units[index].df for index in members], dtype=np.float64),
        error_rate=plan.decisions.error_rate,
        draws=plan.rank_draws,
    )
    for i, index in enumerate(members):
        yield DecisionFigure(
            unit_code=units[index].unit_code,
            kind="class_mean" if line.score is None else "score",
            threshold=threshold,
            difference=float(estimate[i] - threshold),
            se=float(np.sqrt(max(shared[i, i], 0.0))),
            side=_SIDES.get(int(found.side[i])),
            strict=bool(found.strict[i]),
            q_value=float(found.q_value[i]),
        )
