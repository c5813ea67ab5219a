"""Who answers: invited people, volunteers, and what is seen of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.simulation.county import NO_UNIT, POINTS, County

_FIELDWORK_MINUTES = 20 * 24 * 60
_OWN_NETWORK = 1_000_000  # home networks are numbered from here


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What makes people answer, beyond their age and occupation.

    Attributes
    ----------
    selection : float
        Strength of opinion-driven volunteering; 0 none, 1 and 2 as in the scenarios.
    invited_selection : float
        Log odds of answering an invitation per SD of a person's mean answer.
    dont_know : float
        Strength with which the dissatisfied say 不了解; 0: everybody rates at random.
    by_chance : bool
        Nothing but chance decides who answers: not even age or occupation.
    association : float
        Log odds of rating a unit per SD of a person's leniency and SD of how sought after the
        unit is; 0: whom people rate has nothing to do with how lenient they are.
    per_unit : int, optional
        Keep so many invited ratings of each unit, by lot.
    """

    selection: float = 0.0
    invited_selection: float = 0.0
    dont_know: float = 0.0
    by_chance: bool = False
    association: float = 0.0
    per_unit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheets:
    """Answers through one channel: respondents (n) and their ratings (r).

    Attributes
    ----------
    codes : ndarray of intp, shape (n, 4)
    network, minute : ndarray of int64, shape (n,)
    seconds : ndarray of float64, shape (n,)
    honest : ndarray of bool, shape (n,)
        For measurement alone: no estimator looks at it.
    person : ndarray of intp, shape (r,)
        Row of the respondent.
    unit : ndarray of intp, shape (r,)
    points : ndarray of float64, shape (r,)
    """

    codes: IndexArray
    network: NDArray[np.int64]
    minute: NDArray[np.int64]
    seconds: FloatArray
    honest: BoolArray
    person: IndexArray
    unit: IndexArray
    points: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The invited people, answering or not, in two waves.

    Attributes
    ----------
    sheets : Sheets
        Of those who answered.
    codes : ndarray of intp, shape (m, 4)
        Of all invited.
    wave : ndarray of int8, shape (m,)
        1 answered at once, 2 after the reminder, 0 never; in the order of ``codes``, and
        ``sheets`` follow it.
    units : ndarray of int8, shape (m, 7)
        Units each of them can rate, -1 where fewer.
    """

    sheets: Sheets
    codes: IndexArray
    wave: NDArray[np.int8]
    units: NDArray[np.int8]


def invite(county: County, behaviour: Behaviour, rng: np.random.Generator) -> Invited:
    """Draw invited people with equal chances; some answer, some after a reminder, some never."""
    setting = county.setting
    people = rng.choice(setting.n_people, setting.n_codes, replace=False)
    odds = np.full(people.size, setting.answer_rate)
    if not behaviour.by_chance:
        odds += np.array(setting.age_invited)[county.codes[people, 0]]
    odds += behaviour.invited_selection * county.opinion[people]
    # Two waves whose chances together make the one above, nearly: 0.24 and then 0.15.
    first = rng.random(people.size) < _chance(odds - 0.55)
    second = rng.random(people.size) < _chance(odds - 1.1)
    wave = np.where(first, 1, np.where(second, 2, 0)).astype(np.int8)
    sheets = _fill_in(county, people[wave > 0], behaviour, rng, selection=0.0)
    return Invited(sheets=sheets, codes=county.codes[people], wave=wave, units=county.units[people])


def volunteer(county: County, behaviour: Behaviour, rng: np.random.Generator) -> Sheets:
    """Let people volunteer through the open entrance, by age, occupation and opinion."""
    setting = county.setting
    if setting.n_open == 0:
        return _fill_in(county, np.zeros(0, dtype=np.intp), behaviour, rng, selection=0.0)
    odds = -0.15 * behaviour.selection * county.leniency.astype(np.float64)
    if not behaviour.by_chance:
        odds += np.array(setting.age_open)[county.codes[:, 0]]
        odds += np.array(setting.occupation_open)[county.codes[:, 3]]
    wait = rng.standard_exponential(setting.n_people) * np.exp(-odds)
    people = np.argpartition(wait, setting.n_open - 1)[: setting.n_open]
    return _fill_in(county, people, behaviour, rng, selection=behaviour.selection)


def _fill_in(
    county: County,
    people: IndexArray,
    behaviour: Behaviour,
    rng: np.random.Generator,
    *,
    selection: float,
) -> Sheets:
    setting, n = county.setting, people.size
    units = county.units[people]
    push = 0.35 + 1.3 * county.stirring
    odds = setting.rating_rate - selection * push[units] * county.experience[people]
    if behaviour.dont_know:
        points = np.array(POINTS)[county.answers[people]]
        odds = odds + behaviour.dont_know * (points - setting.level)
    if behaviour.association:
        sought = county.stirring[units]
        odds = odds + behaviour.association * county.leniency[people][:, None] * sought
    rated = (units != NO_UNIT) & (rng.random(units.shape) < _chance(odds))
    person, place = np.nonzero(rated)
    if behaviour.per_unit is not None:
        kept = _by_lot(units[person, place], behaviour.per_unit, rng)
        rest, person = np.unique(person[kept], return_inverse=True)
        people, units, place, n = people[rest], units[rest], place[kept], rest.size
    shared = rng.random(n) < setting.carrier_share
    return Sheets(
        codes=county.codes[people],
        network=np.where(
            shared, rng.integers(0, setting.carriers, n), _OWN_NETWORK + np.arange(n)
        ).astype(np.int64),
        minute=rng.integers(0, _FIELDWORK_MINUTES, n),
        seconds=rng.lognormal(np.log(75), 0.5, n),
        honest=np.ones(n, dtype=np.bool_),
        person=person.astype(np.intp),
        unit=units[person, place].astype(np.intp),
        points=np.array(POINTS)[county.answers[people][person, place]],
    )


def _by_lot(unit: NDArray[np.int8], number: int, rng: np.random.Generator) -> IndexArray:
    order = np.lexsort((rng.random(unit.size), unit))
    first = np.searchsorted(unit[order], unit[order])
    return np.sort(order[np.arange(unit.size) - first < number])


def opinion_holders(county: County, behaviour: Behaviour) -> FloatArray:
    """Return the true mean points over people with an opinion of each unit, shape (u,).

    Whoever says 不了解 has none: the score's population is those who rate.
    """
    known = county.units != NO_UNIT
    unit = county.units[known]
    points = np.array(POINTS)[county.answers[known]]
    rates = _chance(
        county.setting.rating_rate + behaviour.dont_know * (points - county.setting.level)
    )
    size = county.setting.n_units
    return np.bincount(unit, rates * points, size) / np.bincount(unit, rates, size)


def _chance(odds: FloatArray) -> FloatArray:
    return np.asarray(1 / (1 + np.exp(-odds)))


def together(first: Sheets, second: Sheets) -> Sheets:
    """Return the answers of both, the second's respondents numbered after the first's."""
    joined = {
        name: np.concatenate([getattr(first, name), getattr(second, name)])
        for name in ("codes", "network", "minute", "seconds", "honest", "unit", "points")
    }
    person = np.concatenate([first.person, second.person + first.network.size])
    return replace(first, person=person, **joined)
