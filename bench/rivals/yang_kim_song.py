"""After Yang, Kim and Song (2020), doi:10.1111/rssb.12354: forty variables, of which few matter.

Open sample of about 2,000 of 10,000, reference of 500 with chances that hang on one variable.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import beside_reference
from bench.rivals.sampling import rows, systematic
from survey.stats import Design

N, N_REFERENCE, N_VARIABLES = 10_000, 500, 40
X = tuple(f"x{k}" for k in range(1, N_VARIABLES + 1))


def draw(rng: np.random.Generator, _: int) -> Drawn:
    x = rng.standard_normal((N, N_VARIABLES))
    y = 1 + x[:, 2:6].sum(axis=1) + rng.standard_normal(N)
    opened = np.flatnonzero(rng.random(N) < expit(-2 + x[:, :4].sum(axis=1)))
    size = 0.25 + np.abs(x[:, 0])
    chance = N_REFERENCE * size / size.sum()
    people = dict(zip(X, x.T, strict=True)) | {"y": y, "d": 1 / chance}
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
    name="yang_kim_song", owner="nonprobsvy dr selected", repeats=20, draw=draw, ours=ours,
    chunk=10,
)  # fmt: skip
