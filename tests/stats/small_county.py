"""A plan and samples small enough to check by hand."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from survey.stats.campaign.corrections import Corrections, ProtectionPlan
from survey.stats.campaign.plan import (
    ChannelPlan,
    ClassPlan,
    ConversionPlan,
    GradeBand,
    GroupPlan,
    ItemPlan,
    MarginPlan,
    Plan,
    PopulationPlan,
    RulePlan,
    ScreeningPlan,
    UnitPlan,
)
from survey.stats.campaign.plan_format import corrections_apart
from survey.stats.campaign.sample import Sample

MORNING = 1_796_000_400  # a working day's morning, in epoch seconds
DAY = 86_400
ACTIONS = {"V07": "quarantine", "V08": "quarantine", "V09": "flag"}
RULES = tuple(
    RulePlan(rule_id=rule, action=ACTIONS.get(rule, "exclude"))  # type: ignore[arg-type]
    for rule in [f"V{number:02}" for number in range(1, 11)]
)
GRADES = (
    GradeBand(zh="优秀", en="Excellent", minimum=90),
    GradeBand(zh="良好", en="Good", minimum=80),
    GradeBand(zh="一般", en="Fair", minimum=60),
    GradeBand(zh="较差", en="Poor", minimum=0),
)
POINTS = (0.0, 0.0, 30.0, 60.0, 80.0, 100.0)


def small_plan(
    *,
    n_units: int = 2,
    coefficients: Sequence[float] = (60, 40),
    groups: Sequence[float] = (60, 40),
    min_valid: int = 1,
    margins: Sequence[MarginPlan] = (),
    trim: tuple[float, float] | None = None,
    **changes: Any,
) -> Plan:
    """Townships U1, U2, …; G1 residents (raked where margins are given), G2… unweighted."""
    items = tuple(
        ItemPlan(item_id=f"I{place + 1}", coefficient=value)
        for place, value in enumerate(coefficients)
    )
    residents = GroupPlan(
        group_code="G1",
        min_valid=min_valid,
        weighting="raking",
        margins=tuple(margin.variable for margin in margins),
        trim_lower=trim[0] if trim else None,
        trim_upper=trim[1] if trim else None,
    )
    others = tuple(
        GroupPlan(group_code=f"G{place}", min_valid=min_valid, weighting="none")
        for place in range(2, len(groups) + 1)
    )
    plan = Plan(
        units=tuple(
            UnitPlan(unit_code=f"U{place}", class_code="A", population="T1", home="T1", items=items)
            for place in range(1, n_units + 1)
        ),
        groups=(residents, *others),
        classes=(ClassPlan(class_code="A", coefficients=tuple(groups)),),
        populations=(PopulationPlan(population="T1", margins=tuple(margins)),),
        channels=(
            ChannelPlan(channel="qr_open", invited=False, timed=True),
            ChannelPlan(channel="phone", invited=True, timed=False),
        ),
        townships=("T1", "T2"),
        points=POINTS,
        screening=ScreeningPlan(rules=RULES),
        conversion=ConversionPlan(method="direct", full_points=20),
        grades=GRADES,
        # The small samples come through the open entrance; all the same they are ranked.
        protection=ProtectionPlan(unprotected_share=1.0),
        rank_draws=500,
    )
    return replace(plan, **changes)


def corrections(**settings: Any) -> dict[str, Any]:
    """Every correcting step's record, under the settings' names in a scheme."""
    stated, usual = corrections_apart(settings), Corrections()
    return {
        field.name: replace(getattr(usual, field.name), **stated.get(field.name, {}))
        for field in fields(Corrections)
    }


def small_sample(items: Sequence[Sequence[int]], **columns: Any) -> Sample:
    """Honest residents of T1, one an hour, each from a device and network of their own."""
    n = len(items)
    given: dict[str, Any] = {
        "response_id": np.array([f"R{row:06}" for row in range(n)]),
        "unit": np.zeros(n, dtype=np.intp),
        "group": np.zeros(n, dtype=np.intp),
        "channel": np.zeros(n, dtype=np.intp),
        "items": np.array(items, dtype=np.int8),
        "sex": np.zeros(n, dtype=np.int8),
        "age": np.full(n, 2, dtype=np.int8),
        "residence": np.zeros(n, dtype=np.int8),
        "township": np.zeros(n, dtype=np.intp),
        "duration_ms": np.full(n, 60_000, dtype=np.int64),
        "submitted_at": MORNING + 3600 * np.arange(n, dtype=np.int64),
        "device": np.arange(n, dtype=np.int64),
        "network": np.arange(n, dtype=np.int64),
        "token": np.full(n, -1, dtype=np.int64),
        "own_staff": np.zeros(n, dtype=np.bool_),
        "rater": np.full(n, -1, dtype=np.int64),
    }
    for name, values in columns.items():
        given[name] = np.asarray(values, dtype=given[name].dtype)
    return Sample(**given)


def some_of(sample: Sample, rows: Any) -> Sample:
    """Return some rows of a sample, or all in another order."""
    columns = [field.name for field in fields(sample) if field.name != "ages"]
    columns = [name for name in columns if getattr(sample, name) is not None]
    return replace(sample, **{name: getattr(sample, name)[rows] for name in columns})
