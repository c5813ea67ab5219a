"""Kang and Schafer (2007), doi:10.1214/07-STS227, as in balance's `load_cbps_data`.

Who is in the sample hangs on four variables, of which everybody sees four curved functions.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from bench.rivals.ground import Drawn, Found, Ground
from bench.rivals.ours import to_totals
from bench.rivals.sampling import rows

N = 500
X = ("X1", "X2", "X3", "X4")


def draw(rng: np.random.Generator, _: int) -> Drawn:
    z1, z2, z3, z4 = rng.standard_normal((4, N))
    in_target = rng.random(N) < expit(-(z1 - 0.5 * z2 + 0.25 * z3 + 0.1 * z4))
    people = {
        "X1": np.exp(z1 / 2),
        "X2": z2 / (1 + np.exp(z1)) + 10,
        "X3": (z1 * z3 / 25 + 0.6) ** 3,
        "X4": (z2 + z4 + 20) ** 2,
        "y": 210 + 27.4 * z1 + 13.7 * (z2 + z3 + z4) + rng.standard_normal(N),
    }
    return Drawn(
        truth=np.array([people["y"][in_target].mean()]),
        tables={
            "sample": rows(people, np.flatnonzero(~in_target), (*X, "y")),
            "target": rows(people, np.flatnonzero(in_target), X),
        },
    )


def ours(drawn: Drawn) -> Found:
    means = {name: float(drawn.tables["target"][name].mean()) for name in X}
    return to_totals(drawn.tables["sample"], "y", {}, means)


GROUND = Ground(
    name="kang_schafer", owner="balance cbps", repeats=40, draw=draw, ours=ours, chunk=60
)
