"""A county whose true scores are known: its people, its units, what everybody would answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import FloatArray, IndexArray

POINTS = (0.0, 25.0, 50.0, 75.0, 100.0)
NO_UNIT = -1
_MAX_RATEABLE = 7
VARIABLES = ("age", "sex", "area", "occupation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a kind of county is like. Points are of a scale from 0 to 100.

    Attributes
    ----------
    n_people, n_towns, n_departments
        Everybody lives in one town, whose unit they can rate, and knows two to six
        departments.
    unit_sd, resident_sd, noise_sd : float
        Spread of units, of residents' leniency, and of one resident's experience of one unit.
    level : float
        Mean of the latent score.
    age_share, age_effect, age_invited, age_open : tuple of float
        Shares of the age groups, effect on the latent score, log odds of answering when
        invited and of volunteering.
    occupation_effect, occupation_open : tuple of float
    n_codes, n_open : int
        Codes sent out; volunteers through the open entrance.
    answer_rate : float
        Intercept (log odds) of answering when invited; about 35 % answer.
    rating_rate : float
        Intercept (log odds) of rating a unit one could rate.
    carriers, carrier_share
        Number of shared carrier addresses and the share of volunteers behind them.
    """

    n_people: int = 120_000
    n_towns: int = 20
    n_departments: int = 40
    unit_sd: float = 5.4
    resident_sd: float = 10.0
    noise_sd: float = 15.0
    level: float = 62.0
    age_share: tuple[float, ...] = (0.18, 0.26, 0.29, 0.16, 0.11)
    age_effect: tuple[float, ...] = (-4.0, -2.0, 0.0, 4.0, 6.0)
    age_invited: tuple[float, ...] = (-0.2, 0.0, 0.1, 0.1, -0.2)
    age_open: tuple[float, ...] = (0.6, 0.45, 0.0, -1.0, -1.6)
    occupation_effect: tuple[float, ...] = (3.0, 0.0, -2.0, 1.0, -3.0, 0.0)
    occupation_open: tuple[float, ...] = (0.2, 0.0, 0.3, -0.3, 0.3, 0.0)
    n_codes: int = 6_000
    n_open: int = 10_000
    answer_rate: float = -0.62
    rating_rate: float = 1.9
    carriers: int = 40
    carrier_share: float = 0.6

    @property
    def n_units(self) -> int:
        """Towns, then departments."""
        return self.n_towns + self.n_departments


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """One population.

    Attributes
    ----------
    setting : Setting
    codes : ndarray of intp, shape (n, 4)
        Category of each person in ``VARIABLES``.
    totals : tuple of ndarray of float64
        Known totals of each variable.
    leniency : ndarray of float32, shape (n,)
        Effect of the resident, in units of its SD.
    opinion : ndarray of float64, shape (n,)
        Mean of the person's answers, mean 0 and SD 1.
    units : ndarray of int8, shape (n, 7)
        Units the person can rate, -1 where fewer.
    experience : ndarray of float32, shape (n, 7)
        Of that unit, in units of its SD.
    answers : ndarray of int8, shape (n, 7)
        Index into ``POINTS`` of what the person would answer honestly.
    truth : ndarray of float64, shape (u,)
        Mean points over the people who can rate the unit.
    stirring : ndarray of float64, shape (u,)
        How strongly experience of the unit makes people volunteer, about 0 with SD 1.
    """

    setting: Setting
    codes: IndexArray
    totals: tuple[FloatArray, ...]
    leniency: NDArray[np.float32]
    opinion: FloatArray
    units: NDArray[np.int8]
    experience: NDArray[np.float32]
    answers: NDArray[np.int8]
    truth: FloatArray
    stirring: FloatArray

    @property
    def of_class(self) -> IndexArray:
        """0 for towns, 1 for departments, shape (u,)."""
        return (np.arange(self.setting.n_units) >= self.setting.n_towns).astype(np.intp)


def build_county(setting: Setting, rng: np.random.Generator) -> County:
    """Draw a county: people, the units they know, and what they would answer."""
    codes = _people(setting, rng)
    units = _rateable(setting, codes[:, VARIABLES.index("area")], rng)
    leniency = rng.standard_normal(setting.n_people, dtype=np.float32)
    experience = rng.standard_normal(units.shape, dtype=np.float32)
    unit_level = setting.level + setting.unit_sd * rng.standard_normal(setting.n_units)
    person = (
        np.array(setting.age_effect)[codes[:, 0]]
        + np.array(setting.occupation_effect)[codes[:, 3]]
        + setting.resident_sd * leniency
    )
    latent = unit_level[units] + person[:, None] + setting.noise_sd * experience
    answers = np.clip(np.rint(latent / 25), 0, 4).astype(np.int8)
    known = units != NO_UNIT
    points = np.array(POINTS)[answers[known]]
    opinion = np.where(known, np.array(POINTS)[answers], 0).sum(axis=1) / known.sum(axis=1)
    number = np.bincount(units[known], minlength=setting.n_units)
    return County(
        setting=setting,
        codes=codes,
        totals=tuple(np.bincount(column).astype(np.float64) for column in codes.T),
        leniency=leniency,
        opinion=(opinion - opinion.mean()) / opinion.std(),
        units=units,
        experience=experience,
        answers=answers,
        truth=np.bincount(units[known], points, setting.n_units) / number,
        stirring=rng.standard_normal(setting.n_units),
    )


def _people(setting: Setting, rng: np.random.Generator) -> IndexArray:
    n = setting.n_people
    age = rng.choice(len(setting.age_share), n, p=setting.age_share)
    size = rng.gamma(8.0, size=setting.n_towns)
    area = rng.choice(setting.n_towns, n, p=size / size.sum())
    k = len(setting.occupation_effect)
    by_age = rng.dirichlet(np.full(k, 6.0), len(setting.age_share))
    chance = by_age.cumsum(axis=1)[age]
    occupation = np.minimum((rng.random(n)[:, None] > chance).sum(axis=1), k - 1)
    return np.stack([age, rng.integers(0, 2, n), area, occupation], axis=1).astype(np.intp)


def _rateable(setting: Setting, area: IndexArray, rng: np.random.Generator) -> NDArray[np.int8]:
    """Return the own town, then two to six departments, well-known ones more often."""
    known = rng.gamma(6.0, size=setting.n_departments)
    # The largest of log popularity + Gumbel noise: sampling without replacement by size.
    noise = rng.gumbel(size=(setting.n_people, setting.n_departments)).astype(np.float32)
    keys = np.log(known).astype(np.float32) + noise
    most = _MAX_RATEABLE - 1
    chosen = np.argpartition(-keys, most, axis=1)[:, :most]
    number = rng.integers(2, _MAX_RATEABLE, setting.n_people)
    units = np.concatenate([area[:, None], setting.n_towns + chosen], axis=1).astype(np.int8)
    units[:, 1:][np.arange(most) >= number[:, None]] = NO_UNIT
    return units
