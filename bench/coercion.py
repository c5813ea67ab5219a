"""The crosswise gauge of coercion: does its interval hold the truth, and what does it cost?

    python -m bench.coercion [REPEATS]

By `survey.stats.crosswise`, as a statistician calls it and the office's page does. People attend
with a chance or answer by a coin. Printed: the mean of the corrected and of the uncorrected share,
how often the 95 % interval of each holds the truth, and the middle half width in percentage points.
"""

import sys
from itertools import product

import numpy as np

from survey.stats import Design, WeightSet, crosswise

SHARES, ATTENTIVE, ANSWERS = (0.02, 0.1, 0.3), (1.0, 0.8, 0.6), (600, 2_000, 6_000)
CHANCE = 0.17
LOWEST, SEED = 0.93, 13_8


def main(repeats: int) -> int:
    """Print a row for each setting; return 1 where a corrected interval holds less than 93 %."""
    print("told attend answers | corrected  holds  ± | uncorrected  holds")
    held = [_row(*setting, repeats) for setting in product(SHARES, ATTENTIVE, ANSWERS)]
    return int(min(held) < LOWEST)


def _row(share: float, attentive: float, n: int, repeats: int) -> float:
    """Print one setting; return how often the corrected interval holds the truth."""
    draw = np.random.default_rng([SEED, round(100 * share), round(100 * attentive), n])
    weights = WeightSet(base_weights=np.ones(n), design=Design.build(n=n))
    rows = []
    for _ in range(repeats):
        attends = draw.random(n) < attentive
        item = _answers(draw, draw.random(n) < share, attends)
        anchor = _answers(draw, np.zeros(n, dtype=bool), attends)
        found = crosswise(
            weights=weights, item=item, anchor=anchor, chance=CHANCE, anchor_chance=CHANCE
        )
        rows.append([
            each for one in (found.share, found.uncorrected)
            for each in (one.value[0], one.lower[0] <= share <= one.upper[0],
                         (one.upper[0] - one.lower[0]) / 2)
        ])  # fmt: skip
    value, holds, half, raw, raw_holds, _raw_half = np.array(rows, dtype=np.float64).T
    print(
        f"{share:4.0%} {attentive:6.0%} {n:7,} | {value.mean():9.1%} {holds.mean():6.1%}"
        f" {100 * np.median(half):4.1f} | {raw.mean():11.1%} {raw_holds.mean():6.1%}",
        flush=True,
    )
    return float(holds.mean())


def _answers(draw: np.random.Generator, told: np.ndarray, attends: np.ndarray) -> np.ndarray:
    """Return 1 where both or neither statement is true, a coin of those who do not attend."""
    harmless = draw.random(told.size) < CHANCE
    coin = draw.random(told.size) < 0.5
    return np.where(attends, told == harmless, coin).astype(np.float64)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
