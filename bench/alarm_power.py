"""How often stuffed units raise an alarm at the levels counties report, and how often honest ones.

    python -m bench.alarm_power [CAMPAIGNS]

Through `appraise`, on the scheme's own points 0/30/60/80/100: one respondent group, 10 to 30 units,
five items; about each unit 120 invited answers and 300 open ones, these from people who are less
content by .15 standard deviations of an opinion, by more or less between units (.1). Two units of
each campaign are stuffed: false answers are so large a share of all about the unit, each from a
device, a network and an hour of its own, of a likely length, four of five marks the best and the
others the next best. The seeds are level, units, share in percent and campaign.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np

from survey.stats.campaign.plan import Plan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.sample import Sample
from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import CUTS, ICC, K, usual_opinion
from tests.stats.small_county import MORNING, small_plan, small_sample

LEVELS = (66, 78, 84, 90)
UNITS = (10, 26)
SHARES = (0.1, 0.2, 0.4)
INVITED, OPEN = 120, 300
SPREAD, LESS_CONTENT, VARIES = 0.25, 0.15, 0.1
ATTACKED = 2


def campaign(level: int, units: int, percent: int, number: int) -> tuple[Plan, Sample]:
    """Return a campaign in which the first units are stuffed by so many percent."""
    rng = np.random.default_rng([31, level, units, percent, number])
    latent = usual_opinion(level) + SPREAD * rng.standard_normal(units)
    bias = -LESS_CONTENT + VARIES * rng.standard_normal(units)
    false = round((INVITED + OPEN) * percent / (100 - percent))
    size = np.full((units, 2), (INVITED, OPEN))
    domain = np.repeat(np.arange(2 * units), size.ravel())
    unit, is_open = domain // 2, domain % 2
    centre = latent[unit] + bias[unit] * is_open
    opinion = centre[:, None] + np.sqrt(ICC) * rng.standard_normal((unit.size, 1))
    opinion = opinion + np.sqrt(1 - ICC) * rng.standard_normal((unit.size, K))
    stuffed = np.repeat(np.arange(ATTACKED), false)
    marks = np.where(rng.random((stuffed.size, K)) < 0.8, 5, 4)
    n = unit.size + stuffed.size
    sample = small_sample(
        np.concatenate([1 + np.searchsorted(CUTS, opinion), marks]).tolist(),
        unit=np.concatenate([unit, stuffed]),
        channel=np.concatenate([is_open == 0, np.zeros(stuffed.size)]).astype(np.intp),
        submitted_at=MORNING + rng.integers(0, 20 * 86_400, n),
        duration_ms=rng.integers(45_000, 300_000, n),
    )
    plan = small_plan(n_units=units, coefficients=(100 / K,) * K, groups=(100,), min_valid=10)
    return replace(plan, rank_draws=20), sample


def alarmed(result: AppraisalResult) -> set[str]:
    return {figure.unit_code for figure in result.channels if figure.alarm}


def main() -> None:
    campaigns = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(f"{campaigns} campaigns each, {ATTACKED} units stuffed: share of them named")
    head = "".join(f"{f'{share:.0%}':>8}" for share in SHARES)
    print(f"{'level':>6}{'units':>7}{head}{'false, honest':>16}{'false, beside':>16}")
    for level in LEVELS:
        for units in UNITS:
            found, false = [], []
            victims = {f"U{place + 1}" for place in range(ATTACKED)}
            for share in (0.0, *SHARES):
                results = [
                    alarmed(appraise(*campaign(level, units, round(100 * share), number)))
                    for number in range(campaigns)
                ]
                honest = victims if share else set()
                false.append(np.mean([len(r - honest) / (units - len(honest)) for r in results]))
                if share:
                    found.append(np.mean([len(r & victims) / ATTACKED for r in results]))
            print(
                f"{level:>6}{units:>7}" + "".join(f"{value:>8.2f}" for value in found)
                + f"{false[0]:>16.4f}{np.mean(false[1:]):>16.4f}",
                flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
