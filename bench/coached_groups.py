"""Coached groups of invited people: how many are found, and how many honest ones are named.

    python -m bench.coached_groups [CAMPAIGNS]

Everything goes through `appraise`: honest campaigns first (groups of 8 to 60; groups of 15, one of
them in one hall; groups that differ much, with heavy tails), then one group of one unit coached,
by pattern, level, size and share, beside what a test could find that knows all about honest
people. The seeds are the numbers of the campaigns.
"""

import sys
from collections.abc import Callable

import numpy as np
from scipy.special import bdtrc, ndtr

from survey.stats.arrays import FloatArray
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import (
    CUTS,
    GROUP,
    GROUPS,
    ICC,
    UNIT,
    InvitedCounty,
    K,
    coached,
    in_one_hall,
    invited_county,
    usual_opinion,
)

LEVELS = (78, 84, 90)
SIZES = (10, 15, 30, 60)
SHARES = (1.0, 0.5)
PATTERNS = ("all 5", "all 4", "5 and 4")
UNITS = (12, 26)
SPREAD = 0.25, 0.15


def named(result: AppraisalResult) -> set[tuple[str, str]]:
    """Return unit and group of every notice that a group may have been coached."""
    return {
        (notice.unit_code, notice.group_code)
        for notice in result.notices
        if notice.code.startswith("group_coached")
    }


def honest(campaigns: int) -> None:
    """Print how many honest campaigns name a group, and what a hall costs its people."""
    kinds: dict[str, Callable[[int, float], InvitedCounty]] = {
        "groups of 8 to 60": lambda k, level: invited_county(
            [1, k], level=level, n=(8, 60), spread=SPREAD
        ),
        "groups of 15, one in a hall": lambda k, level: in_one_hall(
            invited_county([2, k], level=level, n=15, spread=SPREAD)
        ),
        "26 units that differ much": lambda k, level: invited_county(
            [3, k], level=level, n=(8, 60), n_units=26, spread=(0.3, 0.3), tail=4
        ),
    }
    print("honest campaigns: share that names a group; answers set aside or weighing less in it")
    for name, make in kinds.items():
        for level in (*LEVELS, 95):
            found, lost = 0, 0.0
            for k in range(campaigns):
                county = make(k, level)
                result = appraise(county.plan, county.sample)
                found += bool(named(result))
                lost += float((result.weight_kept[county.rows()] < 0.99).mean()) / campaigns
            print(f"{name:>28}, level {level}: {found / campaigns:6.1%} {lost:8.1%}", flush=True)


def power(campaigns: int, n_units: int) -> None:
    """Print how often the coached group is named."""
    print(f"one group of one of {n_units} units coached: named in")
    print(f"{'':>24}" + "".join(f"{f'{n} x {share:.0%}':>10}" for n in SIZES for share in SHARES))
    for level in LEVELS:
        for pattern in PATTERNS:
            cells = []
            for n in SIZES:
                for share in SHARES:
                    hits = 0
                    for k in range(campaigns):
                        county = invited_county(
                            [4, k], level=level, n=n, n_units=n_units, spread=SPREAD
                        )
                        county = coached(county, pattern, share=share)
                        found = named(appraise(county.plan, county.sample))
                        hits += (f"U{UNIT + 1}", f"G{GROUP + 1}") in found
                    cells.append(f"{hits / campaigns:>10.0%}")
            print(f"{level:>6} {pattern:>16} " + "".join(cells), flush=True)


def bound(n_units: int) -> None:
    """Print what a test finds at most that counts full marks.

    It knows everything about honest people: how each unit stands, how groups differ about a unit,
    how many sheets of 5 alone an opinion makes; not what this group honestly thinks of this unit.
    """
    print(f"at most, for all 5, where all about honest people is known ({n_units} units):")
    rng = np.random.default_rng(0)
    nodes, weight = np.polynomial.hermite_e.hermegauss(31)
    stands = SPREAD[0] * rng.standard_normal(100)
    for level in LEVELS:
        latent = usual_opinion(level) + stands[:, None] + SPREAD[1] * rng.standard_normal(400)
        above = (latent[..., None] + np.sqrt(ICC) * nodes - CUTS[-1]) / np.sqrt(1 - ICC)
        full = ndtr(above) ** K @ (weight / weight.sum())
        cells = [
            np.mean([reach(row, n, round(share * n), n_units) for row in full])
            for n in SIZES
            for share in SHARES
        ]
        print(
            f"{level:>6} {f'{full.mean():.0%} honest':>16} "
            + "".join(f"{cell:>10.0%}" for cell in cells)
        )


def reach(full: FloatArray, n: int, told: int, n_units: int) -> float:
    """Return how often so many told people of n are beyond what honest ones reach by chance."""
    number = np.arange(1, n + 1)
    honest_chance = bdtrc(number[:, None] - 1.0, n, full).mean(axis=1)
    needed = number[honest_chance < 0.01 / (n_units * GROUPS)]
    if not needed.size:
        return 0.0
    least = int(needed[0]) - told
    if least <= 0:
        return 1.0
    return float(bdtrc(least - 1.0, n - told, full).mean()) if least <= n - told else 0.0


def main() -> None:
    campaigns = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for n_units in UNITS:
        bound(n_units)
    honest(campaigns)
    for n_units in UNITS:
        power(max(campaigns // 6, 1), n_units)


if __name__ == "__main__":
    main()
