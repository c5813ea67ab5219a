"""Kim and Wang (2019), doi:10.1111/insr.12290, section 5.2, as in nonprobsvy's README and tests.

A large open sample that prefers large x2, beside a simple random sample of 500; one outcome is
linear in x, the other is not.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import beside_reference
from bench.rivals.sampling import rows
from survey.stats import Design

N, N_REFERENCE = 100_000, 500
X, Y = ("x1", "x2"), ("y1", "y2")


def draw(rng: np.random.Generator, _: int) -> Drawn:
    x1, x2, noise = rng.normal(1, 1, N), rng.exponential(1, N), rng.standard_normal(N)
    people = {"x1": x1, "x2": x2, "y1": 1 + x1 + x2 + noise,
              "y2": 0.5 * (x1 - 0.5) ** 2 + x2 + noise,
              "d": np.full(N, N / N_REFERENCE)}  # fmt: skip
    opened = np.flatnonzero(rng.random(N) < expit(x2))
    reference = np.sort(rng.choice(N, N_REFERENCE, replace=False))
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


GROUND = Ground(name="kim_wang", owner="nonprobsvy dr", repeats=20, draw=draw, ours=ours, chunk=10)
