"""Areas like those of the milk example of R's `sae`: 43 areas in four regions, spread small."""

from __future__ import annotations

import numpy as np

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import areas

REGION = np.repeat([0, 1, 2, 3], [7, 7, 11, 18])
LEVEL, BETWEEN = np.array([0.97, 1.10, 1.19, 0.73]), 0.0185
LEAST_SD, MOST_SD = 0.07, 0.26


def draw(rng: np.random.Generator, _: int) -> Drawn:
    truth = LEVEL[REGION] + np.sqrt(BETWEEN) * rng.standard_normal(REGION.size)
    sd = rng.uniform(LEAST_SD, MOST_SD, REGION.size)
    direct = truth + sd * rng.standard_normal(REGION.size)
    return Drawn(
        truth=truth, tables={"areas": {"direct": direct, "variance": sd**2, "region": REGION}}
    )


def ours(drawn: Drawn) -> Found:
    table = drawn.tables["areas"]
    x = (table["region"][:, None] == np.arange(LEVEL.size)).astype(float)
    return areas(table["direct"], table["variance"], x)


GROUND = Ground(name="milk", owner="sae reml", repeats=200, draw=draw, ours=ours, chunk=200)
