"""Ways of stuffing the open box, from clumsy to careful."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.simulation.county import POINTS, County
from survey.stats.simulation.sheets import Sheets

Stuffing = Literal["bots", "staff", "careful", "rare_cells", "rival", "personas", "several_units"]
STUFFINGS: tuple[Stuffing, ...] = get_args(Stuffing)

_BOT_NETWORK = 2_000_000
_STAFF_NETWORK = 2_100_000
_HOME_NETWORK = 2_200_000
_OFFICE_HOURS = (8 * 60, 18 * 60)
_PUSHED = 0.7  # of the personas' answers, one better than the person's own
_OTHERS = 3  # units an attacker of several runs down


def stuff(
    county: County,
    volunteers: Sheets,
    *,
    attack: Stuffing,
    unit: int,
    number: int,
    rng: np.random.Generator,
) -> Sheets:
    """Return ``number`` false answers about one unit.

    Bots: one address, two hours, six seconds each, identical. Staff: the unit's own network,
    office hours. Careful: demography as in the county; networks, times and
    durations of honest volunteers; not always the best answer. Rare cells: careful, and
    claiming to be what the open sample lacks most. Rival: careful, but the worst answers.
    Personas: as a language model is asked to answer for somebody who lives here, each another
    person of the county who knows the unit, with what that person would have answered, mostly
    one better. Several units: careful, and the worst answers to three others of the class.
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
    elif attack == "personas":
        codes, points = _personas(county, unit, number, rng)
    false = Sheets(
        codes=codes,
        group=np.zeros(number, dtype=np.intp),
        network=network.astype(np.int64),
        minute=minute.astype(np.int64),
        seconds=seconds,
        honest=np.zeros(number, dtype=np.bool_),
        person=np.arange(number),
        unit=np.full(number, unit, dtype=np.intp),
        points=points,
    )
    return _rating_others(county, false, unit, rng) if attack == "several_units" else false


def _personas(
    county: County, unit: int, number: int, rng: np.random.Generator
) -> tuple[IndexArray, FloatArray]:
    """Return who the answers say they are, and what they say."""
    people, place = np.nonzero(county.units == unit)
    chosen = rng.integers(0, people.size, number)
    honest = county.answers[people[chosen], place[chosen]].astype(np.intp)
    said = np.minimum(honest + (rng.random(number) < _PUSHED), len(POINTS) - 1)
    return county.codes[people[chosen]], np.array(POINTS)[said]


def _rating_others(county: County, false: Sheets, unit: int, rng: np.random.Generator) -> Sheets:
    """Let each of these people rate others of the class too, as badly as the own one well."""
    towns, number = county.setting.n_towns, false.network.size
    peers = np.arange(towns) if unit < towns else np.arange(towns, county.setting.n_units)
    peers = peers[peers != unit]
    keys = rng.random((number, peers.size))
    others = peers[np.argsort(keys, axis=1)[:, :_OTHERS]]
    worst = np.where(rng.random(others.shape) < 0.8, POINTS[0], POINTS[1])
    return replace(
        false,
        person=np.concatenate([false.person, np.repeat(false.person, _OTHERS)]),
        unit=np.concatenate([false.unit, others.ravel()]).astype(np.intp),
        points=np.concatenate([false.points, worst.ravel()]),
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
