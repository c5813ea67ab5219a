"""Our own ground: counties of `survey simulate`, residents asked by code and by poster.

The four settings that nothing was tuned on, in turn; the whole way through `appraise`, the bound
on. Rivals get answers with unit, channel, sex, age and town, and the population by town.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from bench.rivals.ground import Drawn, Found, Ground, Table
from survey.stats.simulation import COUNTIES, SCENARIOS, UNSEEN, appraise_draw, draw_repeat
from survey.stats.simulation.county import VARIABLES
from survey.stats.simulation.drawing import Draw
from survey.stats.simulation.reading import read_units

SEED = 13
AGE, SEX, TOWN = (VARIABLES.index(name) for name in ("age", "sex", "area"))


def draw(rng: np.random.Generator, repeat: int, *, scenario: str) -> Drawn:
    setting = UNSEEN[repeat % len(UNSEEN)]
    made = draw_repeat(
        SCENARIOS[scenario], setting=setting, plan="residents", seed=SEED,
        county=repeat // len(UNSEEN) % COUNTIES, rng=rng,
    )  # fmt: skip
    return Drawn(truth=made.truth, tables={"answers": _answers(made), "cells": _cells(made)},
                 kept=made)  # fmt: skip


def _answers(made: Draw) -> Table:
    columns = []
    for opened, sheets in enumerate((made.invited.sheets, made.volunteers)):
        codes = sheets.codes[sheets.person]
        columns.append(np.column_stack([
            np.full(sheets.unit.size, opened), sheets.unit, codes[:, [AGE, SEX, TOWN]],
            sheets.points,
        ]))  # fmt: skip
    names = ("open", "unit", "age", "sex", "town", "y")
    return dict(zip(names, np.concatenate(columns).T, strict=True))


def _cells(made: Draw) -> Table:
    """Population by town, age and sex."""
    cells, people = np.unique(made.place.codes[:, [TOWN, AGE, SEX]], axis=0, return_counts=True)
    return dict(zip(("town", "age", "sex"), cells.T, strict=True)) | {"people": people}


def ours(drawn: Drawn) -> Found:
    found = read_units(appraise_draw(drawn.kept))
    return Found(value=found.score, lower=found.lower, upper=found.upper)


def ground(scenario: str) -> Ground:
    return Ground(
        name=f"county_{scenario}", owner="ours", repeats=12, ours=ours, chunk=12,
        draw=partial(draw, scenario=scenario),
    )  # fmt: skip


GROUNDS = (ground("plain"), ground("selection"))
