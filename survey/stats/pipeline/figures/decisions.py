"""Holds the ranked units of each class against the plan's lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.campaign.decisions import DecisionFigure, DecisionsPlan, Side, ThresholdPlan
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.plan import PublicationPlan
from survey.stats.ranking.decisions import about_mean, decide

_SIDES: dict[int, Side] = {1: "above", -1: "below"}


def decision_figures(
    wanted: DecisionsPlan,
    publication: PublicationPlan,
    units: tuple[UnitFigure, ...],
    covariance: FloatArray,
    *,
    n_classes: int,
) -> tuple[DecisionFigure, ...]:
    """Return for each line of a class, in the plan's order, its units.

    Parameters
    ----------
    wanted : DecisionsPlan
        The lines, and the error rate they are held at.
    publication : PublicationPlan
        Its seed and number of draws.
    units : tuple of UnitFigure
        All of the plan's. Units without a rank are left out: nothing holds what their score
        rests on.
    covariance : ndarray of float64, shape (u, u)
        Of the unit scores.
    n_classes : int
        Classes of the plan: their ranks draw before, each from a generator of its own.

    Notes
    -----
    Each line draws from a generator of its own (seed and the line's place among all): one does
    not move another. Against the mean of a class its own error counts.
    """
    return tuple(
        figure
        for place, line in enumerate(wanted.thresholds)
        for figure in _against(
            line,
            units,
            covariance,
            rng=np.random.default_rng([publication.seed, n_classes, place]),
            error_rate=wanted.error_rate,
            draws=publication.rank_draws,
        )
    )


def _against(
    line: ThresholdPlan,
    units: tuple[UnitFigure, ...],
    covariance: FloatArray,
    *,
    rng: np.random.Generator,
    error_rate: float,
    draws: int,
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
        rng=rng,
        freedom=np.array([units[index].df for index in members], dtype=np.float64),
        error_rate=error_rate,
        draws=draws,
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
