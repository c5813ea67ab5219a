"""Everybody who was invited, whether they answered or not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, IndexArray
from survey.stats.campaign.ages import AGE_GROUPS, coarsest
from survey.stats.campaign.sample import NONE, RESIDENCES, SEXES, banded

NEVER = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedRounds:
    """How the people of a list were reminded.

    Attributes
    ----------
    person : ndarray of intp, shape (m,)
        The same number where one person was asked about several units.
    lot : ndarray of int8, shape (m,)
        1 whose turn to be reminded came first by lot, 2 whose came later, 0 where none was drawn.
    early : ndarray of bool, shape (m,)
        Of the first lot: who had answered when the turn of the second came.
    """

    person: IndexArray
    lot: NDArray[np.int8]
    early: BoolArray

    def row(self, place: int) -> tuple[int, int, int]:
        """Return person, lot and early of one row."""
        return int(self.person[place]), int(self.lot[place]), int(self.early[place])


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """The invited people of one campaign, one row each.

    Attributes
    ----------
    unit, group : ndarray of intp, shape (m,)
        Index into the plan's units and groups.
    response : ndarray of intp, shape (m,)
        Place of the answer in the sample; -1 where none came.
    wave : ndarray of int8, shape (m,)
        1 answered at once, 2 after the reminder, 3 after the next where waves are told apart, 0
        never.
    sex, age, residence : ndarray of int8, shape (m,)
        As the frame knows them (not as said), coded as in ``Sample``; -1 not known.
    ages : tuple of str
        The ages asked for, as in the plan.
    rounds : InvitedRounds, optional
        Where waves are told apart.
    """

    unit: IndexArray
    group: IndexArray
    response: IndexArray
    wave: NDArray[np.int8]
    sex: NDArray[np.int8]
    age: NDArray[np.int8]
    residence: NDArray[np.int8]
    ages: tuple[str, ...] = AGE_GROUPS
    rounds: InvitedRounds | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """What is known of the people invited."""
        return "sex", coarsest(self.ages), "residence"

    @property
    def n_invited(self) -> int:
        """Number of people invited."""
        return int(self.unit.size)

    def codes_of(self, variable: str) -> tuple[tuple[str, ...], IndexArray]:
        """Return the categories of one of ``variables`` and each person's code, -1 not known."""
        if variable == "sex":
            return SEXES[:2], np.where(self.sex < 2, self.sex, NONE).astype(np.intp)
        if variable == "residence":
            return RESIDENCES, self.residence.astype(np.intp)
        return banded(self.age, self.ages, variable)
