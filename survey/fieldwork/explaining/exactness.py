"""How wide the intervals of a plan will be, and which classes they say too little about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.fieldwork.plan_summary import ClassColumn, PlanSummary
from survey.scheme.scheme import Scheme
from survey.stats.estimation import planned_error, times_as_many
from survey.stats.scipy_calls import ndtri

CONFIDENCE = 0.95  # that of published intervals
_TYPICAL_SPREAD = 0.21  # of the scale's width: five levels of 100, 80, 60, 30, 0 points


@dataclass(frozen=True, slots=True, kw_only=True)
class Exactness:
    """What a unit of a class may expect; `times` is by how much its plan falls short."""

    column: ClassColumn
    n: int
    half_width: float
    times: float

    @property
    def is_wide(self) -> bool:
        """Whether the interval is wider than the scheme wants."""
        return self.times > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """What the reckoning rests on."""

    sd: float
    design_effect: float
    wanted: float


def assumed(scheme: Scheme) -> Assumed:
    """Return what a scheme expects of its answers."""
    points = scheme.scale_points.values()
    targets = scheme.quality_targets
    return Assumed(
        sd=targets.answer_sd or _TYPICAL_SPREAD * (max(points) - min(points)),
        design_effect=targets.design_effect,
        wanted=targets.half_width,
    )


def exactness(summary: PlanSummary, scheme: Scheme) -> list[Exactness]:
    """Return how wide the interval of a unit's score will be, class by class."""
    given = assumed(scheme)
    return [_of_class(column, given) for column in summary.classes]


def _of_class(column: ClassColumn, given: Assumed) -> Exactness:
    asked = [code for code, n in column.targets.items() if n and column.coefficients[code]]
    n = np.array([column.targets[code] for code in asked], dtype=float)
    error = planned_error(
        coefficients=np.array([float(column.coefficients[code]) for code in asked]),
        n=n,
        sd=given.sd,
        design_effect=given.design_effect,
    )
    half_width = float(ndtri((1 + CONFIDENCE) / 2)) * error
    return Exactness(
        column=column,
        n=int(n.sum()),
        half_width=half_width,
        times=times_as_many(error=half_width, wanted=given.wanted),
    )
