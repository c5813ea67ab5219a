"""balance's tutorial (`load_sim_data`): 1,000 answers to be weighted to a target of 10,000.

Happiness hangs on sex, age and a little noise; income, which it does not hang on, differs too.
Nine in a hundred do not say their sex.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.rivals.ground import Drawn, Found, Ground, Table
from bench.rivals.ours import to_totals
from survey.stats.arrays import FloatArray

AGES = np.array(["18-24", "25-34", "35-44", "45+"])
N_TARGET, N_SAMPLE = 10_000, 1_000


def _people(
    rng: np.random.Generator, n: int, *, men: float, ages: tuple[float, ...], income: FloatArray
) -> dict[str, NDArray[np.str_] | FloatArray]:
    gender = np.where(rng.random(n) < men, "Male", "Female").astype("<U7")
    age = rng.choice(AGES, n, p=ages)
    happy = rng.normal(40, 10, n) + (gender == "Female") * rng.normal(20, 1, n)
    happy += (age == "35-44") * rng.normal(5, 1, n) + (age == "45+") * rng.normal(20, 1, n)
    happy += rng.normal(rng.normal(3, 2, n) ** 2 / 20, 1)
    gender[3 : round(0.09 * n)] = "missing"
    return {"gender": gender, "age_group": age, "income": income,
            "happiness": np.minimum(happy, 100)}  # fmt: skip


def draw(rng: np.random.Generator, _: int) -> Drawn:
    target = _people(
        rng, N_TARGET, men=0.5, ages=(0.2, 0.3, 0.3, 0.2), income=rng.normal(3, 2, N_TARGET) ** 2
    )
    sample = _people(
        rng,
        N_SAMPLE,
        men=0.7,
        ages=(0.5, 0.3, 0.15, 0.05),
        income=rng.normal(2, 1.5, N_SAMPLE) ** 2,
    )
    truth = np.array([np.asarray(target.pop("happiness"), dtype=float).mean()])
    return Drawn(truth=truth, tables={"sample": sample, "target": target})


def _shares(column: NDArray[np.str_]) -> dict[str, float]:
    labels, number = np.unique(column, return_counts=True)
    return {str(label): float(n) / column.size for label, n in zip(labels, number, strict=True)}


def ours(drawn: Drawn) -> Found:
    target: Table = drawn.tables["target"]
    shares = {name: _shares(target[name]) for name in ("gender", "age_group")}
    means = {"income": float(target["income"].mean())}
    return to_totals(drawn.tables["sample"], "happiness", shares, means)


GROUND = Ground(
    name="balance_tutorial", owner="balance ipw", repeats=40, draw=draw, ours=ours, chunk=60
)
