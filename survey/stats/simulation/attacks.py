"""Ways of stuffing the open box, from clumsy to careful."""

from __future__ import annotations

from typing import Literal

import numpy as np

from survey.stats.arrays import IndexArray
from survey.stats.simulation.answering import Sheets
from survey.stats.simulation.county import County

Attack = Literal["bots", "staff", "careful", "rare_cells", "rival"]
ATTACKS: tuple[Attack, ...] = ("bots", "staff", "careful", "rare_cells", "rival")

_BOT_NETWORK = 2_000_000
_STAFF_NETWORK = 2_100_000
_HOME_NETWORK = 2_200_000
_OFFICE_HOURS = (8 * 60, 18 * 60)


def stuff(
    county: County,
    volunteers: Sheets,
    *,
    attack: Attack,
    unit: int,
    number: int,
    rng: np.random.Generator,
) -> Sheets:
    """Return ``number`` false answers about one unit.

    Bots: one address, two hours, six seconds each, identical. Staff: the unit's own network,
    office hours. Careful: demography as in the county; networks, times and
    durations of honest volunteers; not always the best answer. Rare cells: careful, and
    claiming to be what the open sample lacks most. Rival: careful, but the worst answers.
    """
    honest = rng.integers(0, volunteers.network.size, number)
    codes = county.codes[rng.integers(0, county.setting.n_people, number)]
    network = volunteers.network[honest].copy()
    reference_only = network >= county.setting.carriers
    network[reference_only] = _HOME_NETWORK + 10_000 * unit + np.flatnonzero(reference_only)
    minute, seconds = volunteers.minute[honest], volunteers.seconds[honest]
    points = np.where(rng.random(number) < 0.8, 100.0, 75.0)
    if attack == "bots":
        codes[:] = codes[0]
        network[:] = _BOT_NETWORK + unit
        minute = rng.integers(60, 180, number) + 5 * 24 * 60
        seconds = np.full(number, 6.0)
        points[:] = 100.0
    elif attack == "staff":
        network[:] = _STAFF_NETWORK + unit
        minute = 24 * 60 * rng.integers(0, 20, number) + rng.integers(*_OFFICE_HOURS, number)
        points[:] = 100.0
    elif attack == "rare_cells":
        codes = _rarest(county, volunteers, number, rng)
        points[:] = 100.0
    elif attack == "rival":
        points = 100.0 - points
    return Sheets(
        codes=codes,
        network=network.astype(np.int64),
        minute=minute.astype(np.int64),
        seconds=seconds,
        honest=np.zeros(number, dtype=np.bool_),
        person=np.arange(number),
        unit=np.full(number, unit, dtype=np.intp),
        points=points,
    )


def _rarest(
    county: County, volunteers: Sheets, number: int, rng: np.random.Generator
) -> IndexArray:
    """Claim, in each variable, one of the two categories the volunteers lack most."""
    out = np.empty((number, volunteers.codes.shape[1]), dtype=np.intp)
    for column, total in enumerate(county.totals):
        seen = np.bincount(volunteers.codes[:, column], minlength=total.size)
        lacking = np.argsort(seen / total)[: min(2, total.size)]
        out[:, column] = rng.choice(lacking, number)
    return out
