"""Chen, Li and Wu (2020), doi:10.1080/01621459.2019.1677241: both models right, correlation 0.5.

Open sample by Poisson sampling, 500 expected; reference of 1,000 by systematic sampling with
probability proportional to size, the largest 50 times the smallest.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import beside_reference
from bench.rivals.sampling import rows, systematic
from survey.stats import Design

N, N_OPEN, N_REFERENCE, CORRELATION = 20_000, 500, 1_000, 0.5
X = ("x1", "x2", "x3", "x4")


def draw(rng: np.random.Generator, _: int) -> Drawn:
    z = (rng.random(N) < 0.5, rng.uniform(0, 2, N), rng.exponential(1, N), rng.chisquare(4, N))
    x1 = z[0].astype(float)
    x2 = z[1] + 0.3 * x1
    x3 = z[2] + 0.2 * (x1 + x2)
    x4 = z[3] + 0.1 * (x1 + x2 + x3)
    line = 2 + x1 + x2 + x3 + x4
    noise = line.std() * np.sqrt(1 / CORRELATION**2 - 1)
    slope = 0.1 * x1 + 0.2 * x2 + 0.1 * x3 + 0.2 * x4
    start = brentq(lambda t: expit(t + slope).sum() - N_OPEN, -20, 5)
    opened = np.flatnonzero(rng.random(N) < expit(start + slope))
    size = x3 + (x3.max() - 50 * x3.min()) / 49
    chance = N_REFERENCE * size / size.sum()
    reference = systematic(chance, rng)
    people = {"x1": x1, "x2": x2, "x3": x3, "x4": x4, "d": 1 / chance,
              "y": line + noise * rng.standard_normal(N)}  # fmt: skip
    return Drawn(
        truth=np.array([people["y"].mean()]),
        tables={
            "open": rows(people, opened, (*X, "y")),
            "reference": rows(people, reference, (*X, "d")),
        },
    )


def ours(drawn: Drawn) -> Found:
    reference = drawn.tables["reference"]
    design = Design.build(n=reference["d"].size)
    return beside_reference(drawn.tables["open"], reference, X, ("y",), design)


GROUND = Ground(
    name="chen_li_wu", owner="nonprobsvy dr", repeats=100, draw=draw, ours=ours, chunk=50
)
