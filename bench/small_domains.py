"""Whether the intervals of domains with few answers hold what they say, by `mean`.

    python -m bench.small_domains [SAMPLES]

Samples of 400 answers on 0/30/60/80/100, of which 5 to 30 fall into the domain asked about; at
levels counties report. The seed is the level and the number of answers. Beside them the interval
with the degrees of freedom of the whole sample, as it was.
"""

import sys

import numpy as np
from scipy.special import ndtr

from survey.stats import Design, Domains, WeightSet, mean
from tests.stats.invited_county import CUTS, level_of, usual_opinion

POINTS = np.array([0.0, 30.0, 60.0, 80.0, 100.0])
LEVELS = (65, 78, 84)
SIZES = (5, 10, 15, 30)
N, NORMAL = 400, 1.966  # t of 399 degrees of freedom


def main() -> None:
    samples = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    print("share of 95 % intervals that hold the true mean, now (as it was), by answers")
    print(f"{'level':>6}" + "".join(f"{size:>18}" for size in SIZES))
    weights = WeightSet(base_weights=np.ones(N), design=Design.build(n=N))
    for level in LEVELS:
        latent = usual_opinion(level)
        truth = float(level_of(np.array(latent)))
        below = np.concatenate([[0.0], ndtr(CUTS - latent), [1.0]])
        cells = []
        for size in SIZES:
            rng = np.random.default_rng([level, size])
            domains = Domains(codes=np.where(np.arange(N) < size, 0, 1), size=2)
            now, before, told = 0, 0, 0
            for _ in range(samples):
                y = rng.choice(POINTS, N, p=np.diff(below))
                found = mean(weights=weights, y=y, domains=domains)
                if np.isfinite(found.se[0]):
                    told += 1
                    now += bool(found.lower[0] <= truth <= found.upper[0])
                    before += bool(abs(found.value[0] - truth) <= NORMAL * found.se[0])
            cells.append(f"{now / told:>9.1%} ({before / told:.1%})")
        print(f"{level:>6}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
