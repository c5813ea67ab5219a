"""Whether a plan gives all points to answers that are all best, and the fewest to all worst."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from survey.stats.campaign.ages import counts
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import RESIDENCES, Sample
from survey.stats.pipeline.appraise import appraise

_FEWEST = 40  # to a group: every sex, band of age and kind of residence is among them
_APART_S = 600  # between two answers: no burst
_DAY = 1_796_000_400
_SLOW_MS = 300_000


@lru_cache(maxsize=8)
def off_the_ends(plan: Plan) -> tuple[str, ...]:
    """Return the units whose score is not the scale's end where all answers are at that end.

    Scored by what scores the campaign; of units without a score nothing is known, and they are
    among them.
    """
    wrong: dict[str, None] = {}
    for points in (plan.scale.highest, plan.scale.lowest):
        result = appraise(plan, _all_alike(plan, plan.points.index(points, 1)))
        for unit in result.units:
            if unit.score is None or abs(float(unit.score) - points) > 10.0**-plan.digits:
                wrong[unit.unit_code] = None
    return tuple(wrong)


def _all_alike(plan: Plan, answer: int) -> Sample:
    """Return a sample in which everybody gives one answer, none of it odd but that."""
    coefficients = {entry.class_code: entry.coefficients for entry in plan.classes}
    cells = [
        (u, g)
        for u, unit in enumerate(plan.units)
        for g, group in enumerate(plan.groups)
        if coefficients[unit.class_code][g]
        for _ in range(max(group.min_valid, _FEWEST))
    ]
    unit, group = (np.array(column, dtype=np.intp) for column in zip(*cells, strict=True))
    n = unit.size
    each = np.arange(n)
    homes = np.array(
        [plan.townships.index(entry.home) if entry.home else -1 for entry in plan.units]
    )[unit]
    adult = np.array([k for k, age in enumerate(plan.ages) if counts(age)], dtype=np.int8)
    invited = next((k for k, c in enumerate(plan.channels) if c.invited), 0)
    return Sample(
        response_id=np.array([f"end-{k}" for k in each]),
        unit=unit,
        group=group,
        channel=np.full(n, invited, dtype=np.intp),
        items=np.full((n, plan.n_items), answer, dtype=np.int8),
        sex=(each % 2).astype(np.int8),
        age=adult[each // 2 % adult.size],
        residence=(each // 10 % len(RESIDENCES)).astype(np.int8),
        township=np.where(homes >= 0, homes, each % len(plan.townships)).astype(np.intp),
        duration_ms=np.full(n, _SLOW_MS, dtype=np.int64),
        submitted_at=(_DAY + _APART_S * each).astype(np.int64),
        device=each.astype(np.int64),
        network=each.astype(np.int64),
        token=each.astype(np.int64),
        own_staff=np.zeros(n, dtype=bool),
        rater=np.full(n, -1, dtype=np.int64),
        ages=plan.ages,
    )
