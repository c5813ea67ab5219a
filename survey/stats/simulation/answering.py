"""Who answers: invited people, volunteers, and what is seen of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.simulation.county import NO_UNIT, POINTS, County
from survey.stats.simulation.sheets import FIELDWORK_MINUTES, Sheets

# Where a code is for one unit, so many times the codes go out: about as many answers a unit.
_CODES_FOR_ONE_UNIT = 4
_AFTER_A_REMINDER, _WITHOUT_ONE = 1.1, 2.5  # less log odds of answering than in all
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
    waves : int
        Times that invited people are asked: one more than they are reminded.
    lots : bool
        Half of them, by lot, are first reminded when the others have been for the last time.
    """

    selection: float = 0.0
    invited_selection: float = 0.0
    dont_know: float = 0.0
    by_chance: bool = False
    association: float = 0.0
    per_unit: int | None = None
    waves: int = 2
    lots: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """The invited people, answering or not, in two or three waves.

    Attributes
    ----------
    sheets : Sheets
        Of those who answered.
    codes : ndarray of intp, shape (m, 4)
        Of all invited.
    wave : ndarray of int8, shape (m,)
        1 answered at once, 2 after a reminder, 3 after the next, 0 never; in the order of
        ``codes``, and ``sheets`` follow it.
    units : ndarray of int8, shape (m, 7)
        Units each of them was asked to rate, -1 where fewer.
    lot : ndarray of int8, shape (m,)
        1 reminded first, 2 later, 0 where no lots were drawn.
    early : ndarray of bool, shape (m,)
        Of the first lot: who had answered when the turn of the second came.
    """

    sheets: Sheets
    codes: IndexArray
    wave: NDArray[np.int8]
    units: NDArray[np.int8]
    lot: NDArray[np.int8]
    early: BoolArray


def invite(
    county: County, behaviour: Behaviour, rng: np.random.Generator, *, sittings: bool = True
) -> Invited:
    """Draw invited people with equal chances; some answer, some after a reminder, some never.

    In ``sittings`` a code is for all units its holder knows, else for one of them, by lot.
    """
    setting = county.setting
    n_codes = setting.n_codes * (1 if sittings else _CODES_FOR_ONE_UNIT)
    people = rng.choice(setting.n_people, n_codes, replace=False)
    odds = np.full(people.size, setting.answer_rate)
    if not behaviour.by_chance:
        odds += np.array(setting.age_invited)[county.codes[people, 0]]
    odds += behaviour.invited_selection * county.opinion[people]
    # Two waves whose chances together make the one above, nearly: 0.24 and then 0.15.
    first = rng.random(people.size) < _chance(odds - 0.55)
    second = rng.random(people.size) < _chance(odds - _AFTER_A_REMINDER)
    lot = np.zeros(people.size, dtype=np.int8)
    if behaviour.lots:
        lot = rng.integers(1, 3, people.size).astype(np.int8)
        # Unasked, while the others are reminded.
        first |= (lot == 2) & (rng.random(people.size) < _chance(odds - _WITHOUT_ONE))
    wave = np.where(first, 1, np.where(second, 2, 0))
    if behaviour.waves > 2:
        third = rng.random(people.size) < _chance(odds - _AFTER_A_REMINDER)
        wave = np.where((wave == 0) & third, 3, wave)
    early = (lot == 1) & (wave > 0)
    units = county.units[people] if sittings else _one_each(county, people, rng)
    answered = wave > 0
    sheets = _fill_in(
        county, people[answered], units[answered], behaviour, rng, selection=0.0
    )  # fmt: skip
    return Invited(
        sheets=sheets, codes=county.codes[people], wave=wave.astype(np.int8), units=units,
        lot=lot, early=early,
    )  # fmt: skip


def _one_each(county: County, people: IndexArray, rng: np.random.Generator) -> NDArray[np.int8]:
    """Return the units of people with all but one taken out.

    The own town as often as towns are among all units, whoever it is, so that who answers about a
    unit stays a draw with equal chances from those who know it.
    """
    setting, units = county.setting, county.units[people]
    of_town = rng.random(people.size) < setting.n_towns / setting.n_units
    number = (units != NO_UNIT).sum(axis=1) - 1
    place = np.where(of_town, 0, 1 + np.floor(rng.random(people.size) * number).astype(np.intp))
    return np.where(np.arange(units.shape[1]) == place[:, None], units, NO_UNIT).astype(np.int8)


def volunteer(
    county: County, behaviour: Behaviour, rng: np.random.Generator, *, sittings: bool = True
) -> Sheets:
    """Let people volunteer through the open entrance, by age, occupation and opinion.

    In ``sittings`` they rate all units they care about, else one of these, by lot.
    """
    setting = county.setting
    if setting.n_open == 0:
        none = np.zeros(0, dtype=np.intp)
        return _fill_in(county, none, county.units[none], behaviour, rng, selection=0.0)
    odds = -0.15 * behaviour.selection * county.leniency.astype(np.float64)
    if not behaviour.by_chance:
        odds += np.array(setting.age_open)[county.codes[:, 0]]
        odds += np.array(setting.occupation_open)[county.codes[:, 3]]
    wait = rng.standard_exponential(setting.n_people) * np.exp(-odds)
    people = np.argpartition(wait, setting.n_open - 1)[: setting.n_open]
    return _fill_in(
        county, people, county.units[people], behaviour, rng,
        selection=behaviour.selection, one_unit=not sittings,
    )  # fmt: skip


def _fill_in(
    county: County,
    people: IndexArray,
    units: NDArray[np.int8],
    behaviour: Behaviour,
    rng: np.random.Generator,
    *,
    selection: float,
    one_unit: bool = False,
) -> Sheets:
    setting, n = county.setting, people.size
    push = 0.35 + 1.3 * county.stirring
    odds = setting.rating_rate - selection * push[units] * county.experience[people]
    if behaviour.dont_know:
        points = np.array(POINTS)[county.answers[people]]
        odds = odds + behaviour.dont_know * (points - setting.level)
    if behaviour.association:
        sought = county.stirring[units]
        odds = odds + behaviour.association * county.leniency[people][:, None] * sought
    rated = (units != NO_UNIT) & (rng.random(units.shape) < _chance(odds))
    if one_unit:
        keys = np.where(rated, rng.random(units.shape), -1.0)
        rated &= keys == keys.max(axis=1, keepdims=True)
    person, place = np.nonzero(rated)
    if behaviour.per_unit is not None:
        kept = _by_lot(units[person, place], behaviour.per_unit, rng)
        rest, person = np.unique(person[kept], return_inverse=True)
        people, units, place, n = people[rest], units[rest], place[kept], rest.size
    shared = rng.random(n) < setting.carrier_share
    return Sheets(
        codes=county.codes[people],
        group=np.zeros(n, dtype=np.intp),
        network=np.where(
            shared, rng.integers(0, setting.carriers, n), _OWN_NETWORK + np.arange(n)
        ).astype(np.int64),
        minute=rng.integers(0, FIELDWORK_MINUTES, n),
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
