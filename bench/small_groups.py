"""Whether the intervals of small groups of skewed answers hold what they say.

    python -m bench.small_groups [CAMPAIGNS]

Through `appraise`: one respondent group about twelve units, 5 to 15 invited answers of five items
about each, at levels counties report. Seeds are the numbers of the campaigns.
"""

import sys

import numpy as np

from survey.stats.pipeline.appraise import appraise
from tests.stats.invited_county import invited_county

LEVELS = (65, 78, 84, 90)
SIZES = (5, 10, 15)


def main() -> None:
    campaigns = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print("share of 95 % intervals that hold the true score, and their mean half width, by answers")
    print(f"{'level':>6}" + "".join(f"{n:>16}" for n in SIZES))
    for level in LEVELS:
        cells = []
        for n in SIZES:
            inside, half = [], []
            for seed in range(campaigns):
                county = invited_county([seed, n], level=level, n=n, n_groups=1, spread=(0.3, 0.0))
                units = appraise(county.plan, county.sample).units
                lower, upper = (
                    np.array([getattr(unit, name) for unit in units], dtype=float)
                    for name in ("lower", "upper")
                )
                inside.append((lower <= county.truth[:, 0]) & (county.truth[:, 0] <= upper))
                half.append((upper - lower) / 2)
            cells.append(f"{np.mean(inside):>9.1%} {np.mean(half):>6.2f}")
        print(f"{level:>6}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
