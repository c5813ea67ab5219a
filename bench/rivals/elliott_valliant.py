"""The assumptions of Elliott and Valliant (2017), doi:10.1214/16-STS598, made a population.

No generator of theirs is published. The odds of being in the open sample rather than in the
reference are logistic in x, the log of a reference weight is linear in x: their pseudo-weights
are exactly right.
"""

from __future__ import annotations

import numpy as np

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import beside_reference
from bench.rivals.sampling import rows, systematic
from survey.stats import Design

N, N_OPEN, N_REFERENCE = 50_000, 1_000, 500
X = ("x1", "x2", "x3")


def draw(rng: np.random.Generator, _: int) -> Drawn:
    x1 = (rng.random(N) < 0.5).astype(float)
    x2 = rng.standard_normal(N)
    x3 = (rng.random(N) < 0.2 + 0.2 * x1).astype(float)
    y = 50 + 8 * x1 + 6 * x2 - 4 * x3 + 15 * rng.standard_normal(N)
    invited = np.exp(0.4 * x2 - 0.3 * x1)
    chance = N_REFERENCE * invited / invited.sum()
    odds = invited * np.exp(0.8 * x1 - 0.6 * x2 + 0.5 * x3)
    people = {"x1": x1, "x2": x2, "x3": x3, "y": y, "d": 1 / chance}
    opened = np.flatnonzero(rng.random(N) < N_OPEN * odds / odds.sum())
    return Drawn(
        truth=np.array([y.mean()]),
        tables={
            "open": rows(people, opened, (*X, "y")),
            "reference": rows(people, systematic(chance, rng), (*X, "d")),
        },
    )


def ours(drawn: Drawn) -> Found:
    design = Design.build(n=N_REFERENCE)
    return beside_reference(drawn.tables["open"], drawn.tables["reference"], X, ("y",), design)


GROUND = Ground(
    name="elliott_valliant", owner="elliott-valliant", repeats=100, draw=draw, ours=ours, chunk=50
)
