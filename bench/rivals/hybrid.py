"""After Sakshaug, Wisniowski, Perez Ruiz and Blom (2019), doi:10.2478/jos-2019-0027: hybrids.

A small probability sample and a large open one were asked the same, in 24 regions; the open one
leans one way, more in some regions than in others.
"""

from __future__ import annotations

import numpy as np

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import both_asked
from survey.stats import UnitMeans, smooth_variances

REGIONS, N_INVITED, N_OPEN = 24, 50, 500
LEVEL, SPREAD, NOISE, BIAS, BIAS_SPREAD = 68.0, 5.0, 18.0, -3.0, 2.0


def draw(rng: np.random.Generator, _: int) -> Drawn:
    truth = LEVEL + SPREAD * rng.standard_normal(REGIONS)
    bias = BIAS + BIAS_SPREAD * rng.standard_normal(REGIONS)
    region = [np.repeat(np.arange(REGIONS), n) for n in (N_INVITED, N_OPEN)]
    asked = truth[region[0]] + NOISE * rng.standard_normal(region[0].size)
    came = (truth + bias)[region[1]] + NOISE * rng.standard_normal(region[1].size)
    return Drawn(
        truth=truth,
        tables={"invited": {"region": region[0], "y": asked},
                "open": {"region": region[1], "y": came}},
    )  # fmt: skip


def ours(drawn: Drawn) -> Found:
    n = np.full(REGIONS, float(N_INVITED))
    means = []
    for name in ("invited", "open"):
        y = drawn.tables[name]["y"].reshape(REGIONS, -1)
        variance = smooth_variances(
            variance=y.var(axis=1, ddof=1) / y.shape[1], effective_n=np.full(REGIONS, y.shape[1])
        )
        means.append(UnitMeans(mean=y.mean(axis=1), variance=variance))
    return both_asked(means[0], means[1], n)


GROUND = Ground(name="hybrid", owner="distance prior", repeats=200, draw=draw, ours=ours)
