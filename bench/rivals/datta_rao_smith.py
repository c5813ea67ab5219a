"""Datta, Rao and Smith (2005), doi:10.1093/biomet/92.1.183: 15 areas of very unequal variances."""

from __future__ import annotations

import numpy as np

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import areas

VARIANCE = np.repeat([4.0, 0.6, 0.5, 0.4, 0.1], 3)


def draw(rng: np.random.Generator, _: int) -> Drawn:
    truth = rng.standard_normal(VARIANCE.size)
    direct = truth + np.sqrt(VARIANCE) * rng.standard_normal(VARIANCE.size)
    return Drawn(truth=truth, tables={"areas": {"direct": direct, "variance": VARIANCE}})


def ours(drawn: Drawn) -> Found:
    table = drawn.tables["areas"]
    return areas(table["direct"], table["variance"], np.ones((VARIANCE.size, 1)))


GROUND = Ground(
    name="datta_rao_smith", owner="sae reml", repeats=400, draw=draw, ours=ours, chunk=400
)
