"""What the whole appraisal costs as answers grow: 200 units of one class, simulated answers.

Run: .venv/bin/python bench/appraising.py [10000 100000 1000000]
Prints seconds and peak memory of `survey.stats.pipeline.appraise.appraise` alone, each size in a
process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import numpy as np

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
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise

UNITS, ITEMS = 200, 8
ACTIONS = {"V07": "quarantine", "V08": "quarantine", "V09": "flag"}


def build_plan() -> Plan:
    """Return a plan of 200 townships, residents raked, users not."""
    margins = (
        MarginPlan(variable="sex", categories=("male", "female"), totals=(50.0, 50.0)),
        MarginPlan(
            variable="age4",
            categories=("18-29", "30-44", "45-59", "60+"),
            totals=(20.0, 25.0, 30.0, 25.0),
        ),
    )
    items = tuple(ItemPlan(item_id=f"I{k}", coefficient=100 / ITEMS) for k in range(ITEMS))
    rules = tuple(
        RulePlan(rule_id=f"V{k:02}", action=ACTIONS.get(f"V{k:02}", "exclude"))  # type: ignore[arg-type]
        for k in range(1, 11)
    )
    return Plan(
        units=tuple(
            UnitPlan(unit_code=f"U{k}", class_code="A", population="T", home="", items=items)
            for k in range(UNITS)
        ),
        groups=(
            GroupPlan(
                group_code="G1", min_valid=10, weighting="raking", margins=("sex", "age4"),
                trim_lower=0.2, trim_upper=5.0,
            ),
            GroupPlan(group_code="G2", min_valid=10, weighting="none"),
        ),
        classes=(ClassPlan(class_code="A", coefficients=(60.0, 40.0)),),
        populations=(PopulationPlan(population="T", margins=margins),),
        channels=(
            ChannelPlan(channel="qr_open", invited=False, timed=True),
            ChannelPlan(channel="token_sms", invited=True, timed=True),
        ),
        townships=("T",),
        points=(0.0, 0.0, 30.0, 60.0, 80.0, 100.0),
        screening=ScreeningPlan(rules=rules),
        conversion=ConversionPlan(method="direct", full_points=20),
        grades=(GradeBand(zh="一般", en="Fair", minimum=0),),
    )  # fmt: skip


def draw_sample(n: int) -> Sample:
    """Draw n honest answers over twenty days, nearly half behind shared addresses."""
    rng = np.random.default_rng(1)
    unit = rng.integers(0, UNITS, n)
    level = 3.5 + 0.3 * rng.standard_normal(UNITS)
    latent = level[unit] + 0.6 * rng.standard_normal(n)
    items = latent[:, None] + 0.7 * rng.standard_normal((n, ITEMS))
    shared = rng.random(n) < 0.45
    return Sample(
        response_id=np.char.add("R", np.arange(n).astype(np.str_)),
        unit=unit,
        group=(rng.random(n) < 0.4).astype(np.intp),
        channel=(rng.random(n) < 0.3).astype(np.intp),
        items=np.clip(np.rint(items), 1, 5).astype(np.int8),
        sex=rng.integers(0, 2, n).astype(np.int8),
        age=rng.choice([1, 2, 3, 4], n, p=[0.4, 0.3, 0.2, 0.1]).astype(np.int8),
        residence=np.zeros(n, dtype=np.int8),
        township=np.zeros(n, dtype=np.intp),
        duration_ms=rng.lognormal(11.2, 0.4, n).astype(np.int64),
        submitted_at=1_796_000_400 + rng.integers(0, 20 * 86_400, n),
        device=np.arange(n),
        network=np.where(shared, rng.integers(0, 2_000, n), 10_000 + np.arange(n)),
        token=np.full(n, -1, dtype=np.int64),
        own_staff=np.zeros(n, dtype=np.bool_),
        rater=np.full(n, -1, dtype=np.int64),
    )


def measure(n: int) -> None:
    """Appraise n answers and print what it took."""
    plan, sample = build_plan(), draw_sample(n)
    start = time.perf_counter()
    appraise(plan, sample)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n:>9} answers  {seconds:6.1f} s  {peak:6.0f} MB")


if __name__ == "__main__":
    sizes = sys.argv[1:] or ["10000", "100000", "1000000"]
    if len(sizes) == 1:
        measure(int(sizes[0]))
    else:
        for size in sizes:
            subprocess.run([sys.executable, __file__, size], check=True)
