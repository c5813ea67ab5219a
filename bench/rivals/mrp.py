"""The population of rstanarm's vignette on MRP: preference for cats in fifty states.

1,200 answers; who answers hangs on sex, age, origin, income and state, and so does the answer.
"""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from bench.rivals.ground import Drawn, Found, Ground, Table
from bench.rivals.ours import domains
from survey.stats.weighting import Auxiliary

N_ANSWERS, PEOPLE = 1_200, 250e6
NAMES, LEVELS = ("male", "eth", "age", "income", "state"), (2, 3, 7, 3, 50)
SHARE = (
    np.array([0.52, 0.48]), np.array([0.5, 0.2, 0.3]),
    np.array([0.2, 0.1, 0.2, 0.2, 0.1, 0.1, 0.1]), np.array([0.5, 0.35, 0.15]),
)  # fmt: skip
ANSWERS = (
    np.array([2, 0.8]), np.array([1, 1.2, 2.5]), np.array([1, 0.4, 1, 1.5, 3, 5, 7]),
    np.array([1, 0.9, 0.8]),
)  # fmt: skip
OPINION = (
    np.array([0, -0.3]), np.array([0, 0.6, 0.9]), np.array([0, -0.2, -0.3, 0.4, 0.5, 0.7, 0.8]),
    np.array([0, -0.2, 0.6]),
)  # fmt: skip
BY_AGE_AND_SEX = np.array([
    [0, 0.1, 0.23, 0.3, 0.43, 0.5, 0.6], [0, -0.1, -0.23, -0.5, -0.43, -0.5, -0.6],
])  # fmt: skip
STATES = LEVELS[-1]


def draw(rng: np.random.Generator, _: int) -> Drawn:
    cells = np.indices(LEVELS).reshape(len(LEVELS), -1)
    male, age, state = cells[0], cells[2], cells[4]
    of_state = rng.uniform(10, 20, STATES)
    share = (of_state / of_state.sum())[state]
    answering = rng.beta(1, 1, STATES)[state]
    opinion = np.concatenate([[0.0], rng.standard_normal(STATES - 1).round(1)])[state]
    for k in range(4):
        share, answering = share * SHARE[k][cells[k]], answering * ANSWERS[k][cells[k]]
        opinion = opinion + OPINION[k][cells[k]]
    preference = expit(opinion + BY_AGE_AND_SEX[male, age])
    people = np.round(PEOPLE * share)
    chance = people * answering
    taken = rng.choice(people.size, N_ANSWERS, p=chance / chance.sum())
    truth = np.bincount(state, people * preference) / np.bincount(state, people)
    answered = (rng.random(N_ANSWERS) < preference[taken]).astype(float)
    return Drawn(
        truth=truth,
        tables={
            "sample": dict(zip(NAMES, cells[:, taken], strict=True)) | {"y": answered},
            "cells": dict(zip(NAMES, cells, strict=True)) | {"people": people},
        },
    )


def ours(drawn: Drawn) -> Found:
    """Slopes on sex by age, origin and income; each state's own shares of them are known."""
    sample, cells = drawn.tables["sample"], drawn.tables["cells"]
    known = _auxiliary(cells).sums_by(cells["state"], STATES, cells["people"])
    known /= np.bincount(cells["state"], cells["people"])[:, None]
    return domains(y=sample["y"], unit=sample["state"], auxiliary=_auxiliary(sample), known=known)


def _auxiliary(table: Table) -> Auxiliary:
    sex_by_age = table["male"] * LEVELS[2] + table["age"]
    return Auxiliary(
        codes=(sex_by_age, table["eth"], table["income"]),
        sizes=(LEVELS[0] * LEVELS[2], LEVELS[1], LEVELS[3]),
        values=np.zeros((sex_by_age.size, 0)),
    )


GROUND = Ground(name="mrp", owner="rstanarm", repeats=40, draw=draw, ours=ours, chunk=40)
