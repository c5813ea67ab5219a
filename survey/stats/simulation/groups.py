"""Respondent groups besides the residents: what they think of each unit, and who of them answers.

A group of a unit thinks of it as its residents do, but for what sets the group apart everywhere
and what sets it apart at this unit; its people lie about that by leniency and by experience.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray
from survey.stats.simulation.county import POINTS, County
from survey.stats.simulation.plans import PlanKind
from survey.stats.simulation.sheets import FIELDWORK_MINUTES, Sheets, nobody, together

_LENIENCY = 0.5  # of the spread of a group's people, their own; the rest is of the unit
_RATED = 0.2  # part of all units that one of them rates in a sitting
_LESS_CONTENT = 2.0  # points by which those who scan a poster are less content
_NETWORKS = 3_000_000
_FLOOD_NETWORKS = 2_000_000  # from those on
# What is not asked of them, or not used: 30-44, not said, no township.
_PROFILE = (1, 2, -1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOpinions:
    """What the people of each group think of each unit.

    Attributes
    ----------
    latent : ndarray of float64, shape (u, g)
    spread : float
        Standard deviation of one person's opinion about it.
    """

    latent: FloatArray
    spread: float

    @property
    def truth(self) -> FloatArray:
        """Mean points that the people of a group would give, shape (u, g)."""
        grid = np.linspace(-5, 5, 2001)
        density = np.exp(-(grid**2) / 2)
        points = points_of(self.latent[..., None] + self.spread * grid)
        return np.asarray(points @ density / density.sum())


def points_of(latent: FloatArray) -> FloatArray:
    """Return the points of the answer nearest to each opinion."""
    return np.asarray(25.0 * np.clip(np.rint(latent / 25), 0, len(POINTS) - 1))


def draw_opinions(truth: FloatArray, above: FloatArray, rng: np.random.Generator) -> GroupOpinions:
    """Draw by how much groups, ``above`` (g,) residents, differ about units of ``truth`` (u,)."""
    apart = rng.uniform(1.0, 4.0)
    shape = (truth.size, above.size)
    latent = truth[:, None] + above + apart * rng.standard_normal(shape)
    return GroupOpinions(latent=latent, spread=rng.uniform(14.0, 20.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAnswers:
    """Answers of all groups but the residents, and what is true of them.

    Attributes
    ----------
    invited, opened : Sheets
    truth : ndarray of float64, shape (u, g)
    """

    invited: Sheets
    opened: Sheets
    truth: FloatArray


def ask_groups(county: County, kind: PlanKind, rng: np.random.Generator) -> GroupAnswers:
    """Draw the groups of a plan and let them answer."""
    n_units = county.setting.n_units
    if not kind.groups:
        return GroupAnswers(invited=nobody(), opened=nobody(), truth=np.zeros((n_units, 0)))
    above = np.array([group.above for group in kind.groups])
    opinions = draw_opinions(county.truth, above, rng)
    sides = []
    for name, off in (("invited", 0.0), ("opened", -_LESS_CONTENT)):
        size = kind.answers(name, county.of_class)
        out = nobody()
        for place in range(len(kind.groups)):
            person, unit = _who_rates(size[:, place], rng, sittings=kind.sittings)
            apart = _apart(person, rng)
            points = points_of(opinions.latent[unit, place] + off + opinions.spread * apart)
            answered = _sheets(person, unit, points, group=place + 1, rng=rng)
            out = together(out, answered)
        sides.append(out)
    return GroupAnswers(invited=sides[0], opened=sides[1], truth=opinions.truth)


def flood_poster(
    opened: Sheets, *, unit: int, group: int, number: int, rng: np.random.Generator
) -> Sheets:
    """Return ``number`` false answers at a group's poster, each of a device and an hour of its own.

    Four of five give the best answer, the others the next; paces and hours as honest people's.
    """
    best = np.where(rng.random(number) < 0.8, POINTS[-1], POINTS[-2])
    person = np.arange(number)
    false = _sheets(person, np.full(number, unit), best, group=group, rng=rng)
    return replace(
        false, honest=~false.honest, network=false.network + _FLOOD_NETWORKS + opened.network.size
    )


def _who_rates(
    size: IndexArray, rng: np.random.Generator, *, sittings: bool
) -> tuple[IndexArray, IndexArray]:
    """Return person and unit of every rating; one person rates a unit once."""
    unit = np.repeat(np.arange(size.size), size)
    if not sittings or not unit.size:
        return np.arange(unit.size), unit
    n_people = round(int(size.max()) / _RATED)
    person = np.concatenate([rng.choice(n_people, int(n), replace=False) for n in size])
    return np.unique(person, return_inverse=True)[1].astype(np.intp), unit


def _apart(person: IndexArray, rng: np.random.Generator) -> FloatArray:
    """Return by how much each rating is off its group's opinion, in standard deviations."""
    own = rng.standard_normal(person.max() + 1 if person.size else 0)
    part = np.sqrt(1 - _LENIENCY**2)
    return np.asarray(_LENIENCY * own[person] + part * rng.standard_normal(person.size))


def _sheets(
    person: IndexArray,
    unit: IndexArray,
    points: FloatArray,
    *,
    group: int,
    rng: np.random.Generator,
) -> Sheets:
    n = int(person.max()) + 1 if person.size else 0
    return Sheets(
        codes=np.tile(np.array(_PROFILE, dtype=np.intp), (n, 1)),
        group=np.full(n, group, dtype=np.intp),
        network=_NETWORKS + 200_000 * group + np.arange(n),
        minute=rng.integers(0, FIELDWORK_MINUTES, n),
        seconds=rng.lognormal(np.log(75), 0.5, n),
        honest=np.ones(n, dtype=np.bool_),
        person=person.astype(np.intp),
        unit=unit.astype(np.intp),
        points=points,
    )
