"""Whether the number of invited answers that open ones are said to be worth is the true one.

Units of known means are drawn, an invited mean and an open one of each, combined and limited as in
a campaign; the true number follows from the mean squared errors over all draws. Settings: spread
of the open entrance's bias between units, sampling variance of the open means.

    .venv/bin/python bench/equivalent_sample.py [DRAWS]
"""

from __future__ import annotations

import sys

import numpy as np

from survey.stats.nonprobability.combination import UnitMeans, combine
from survey.stats.nonprobability.equivalent_sample import equivalent_sample
from survey.stats.nonprobability.limiter import limit

UNITS, INVITED, VARIANCE = 60, 130, 4.0
SETTINGS = ((0.0, 0.4), (1.0, 0.4), (2.0, 0.4), (3.0, 0.4), (1.5, 3.0))


def drawn(omega: float, variance: float, seed: int) -> list[float]:
    rng = np.random.default_rng([5, seed])
    truth = 70 + 5 * rng.standard_normal(UNITS)
    seen = VARIANCE * rng.chisquare(INVITED + 19, UNITS) / (INVITED + 19)
    invited = UnitMeans(mean=truth + 2 * rng.standard_normal(UNITS), variance=seen)
    bias = -3 + omega * rng.standard_normal(UNITS)
    came = UnitMeans(
        mean=truth + bias + variance**0.5 * rng.standard_normal(UNITS),
        variance=np.full(UNITS, variance),
    )
    both, alone = (
        combine(reference=invited, open_sample=sample, covariates=np.ones((UNITS, 1)), rng=rng)
        for sample in (came, None)
    )
    reach = 0.5 * np.sqrt(seen)
    score = limit(
        score=both.score, se=both.se, reference_se=np.sqrt(seen),
        reference_score=np.clip(alone.score, invited.mean - reach, invited.mean + reach),
    ).score  # fmt: skip
    found = equivalent_sample(
        reference=invited, n=np.full(UNITS, INVITED), alone=alone, combination=both, score=score
    )
    errors = [float(((other - truth) ** 2).mean()) for other in (score, alone.score)]
    return [found.total, found.total_lower, found.total_upper, *errors]


def main() -> None:
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print("omega  open variance  true per unit (±)  said  ratio  interval  holds the truth")
    for omega, variance in SETTINGS:
        rows = np.array([drawn(omega, variance, seed) for seed in range(draws)])
        mean = rows.mean(axis=0)
        true = UNITS * INVITED * VARIANCE * (1 / mean[3] - 1 / mean[4])
        # First-order error of the difference of two inverses, both of the same draws.
        part = rows[:, 4] / mean[4] ** 2 - rows[:, 3] / mean[3] ** 2
        error = UNITS * INVITED * VARIANCE * part.std() / draws**0.5
        holds = ((rows[:, 1] <= true) & (true <= rows[:, 2])).mean()
        print(
            f"{omega:5.1f}  {variance:13.1f}  {true / UNITS:8.1f} ± {error / UNITS:4.1f}"
            f"  {mean[0] / UNITS:7.1f}  {mean[0] / true:5.2f}"
            f"  {mean[1] / UNITS:.0f}–{mean[2] / UNITS:.0f}  {holds:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
