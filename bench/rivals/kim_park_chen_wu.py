"""After Kim, Park, Chen and Wu (2021), doi:10.1111/rssa.12696: mass imputation by regression.

Open sample of 1,000, seven tenths of it from the half with small x; simple random sample of 500.
Outcomes: linear and strong, linear and weak, quadratic.
"""

from __future__ import annotations

import numpy as np

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import beside_reference
from bench.rivals.sampling import rows
from survey.stats import Design

N, N_OPEN, N_REFERENCE, FROM_BELOW = 100_000, 1_000, 500, 0.7
X, Y = ("x",), ("y1", "y2", "y3")


def draw(rng: np.random.Generator, _: int) -> Drawn:
    x, noise = rng.normal(2, 1, N), rng.standard_normal((3, N))
    people = {"x": x, "y1": 1 + 2 * x + noise[0], "y2": 3 + x + 2 * noise[1],
              "y3": 2.5 + 0.5 * x**2 + noise[2],
              "d": np.full(N, N / N_REFERENCE)}  # fmt: skip
    below, above = np.flatnonzero(x <= 2), np.flatnonzero(x > 2)
    n_below = round(FROM_BELOW * N_OPEN)
    opened = np.concatenate([
        rng.choice(below, n_below, replace=False),
        rng.choice(above, N_OPEN - n_below, replace=False),
    ])  # fmt: skip
    reference = rng.choice(N, N_REFERENCE, replace=False)
    return Drawn(
        truth=np.array([people[name].mean() for name in Y]),
        tables={
            "open": rows(people, opened, (*X, *Y)),
            "reference": rows(people, reference, (*X, "d")),
        },
    )


def ours(drawn: Drawn) -> Found:
    design = Design.build(n=N_REFERENCE, fpc=[np.full(N_REFERENCE, float(N))])
    return beside_reference(drawn.tables["open"], drawn.tables["reference"], X, Y, design)


GROUND = Ground(
    name="kim_park_chen_wu", owner="nonprobsvy mi glm", repeats=100, draw=draw, ours=ours, chunk=50
)
