"""What verification calls tell of a unit, typed: kept of a run, and of the calls so far."""

from __future__ import annotations

from dataclasses import dataclass

from survey.model import CallOutcomeKind
from survey.stats.callbacks import VerifiedState


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedUnit:
    """A unit's invited answers as its calls show them; all counts are of answers by a code.

    `outcomes` counts the calls that the test uses: those before the first number nobody has entered
    yet. Points and shares are upper limits at the risk, whenever one looks; `widened_down` and
    `widened_up` say by how much the interval reaches further, zero where nothing false was found.
    `at_line` says that false answers may be what keeps the unit above a line or grade. Of a unit
    that is not `scored` there is nothing to confirm.
    """

    unit_code: str
    state: VerifiedState
    most: float
    risk: float
    n_answers: int
    n_drawn: int
    outcomes: dict[str, int]
    chance: float
    share_upper: float
    share_unreached: float
    raised_upper: float
    lowered_upper: float
    further: int | None
    further_at_rate: int | None
    scored: bool
    at_line: bool
    widened_down: float
    widened_up: float

    @property
    def n_called(self) -> int:
        """How many calls the test uses."""
        return sum(self.outcomes.values())

    @property
    def n_reached(self) -> int:
        """How many of them reached somebody."""
        return self.n_called - self.outcomes[NO_CONTACT]

    @property
    def n_false(self) -> int:
        """How many said that the answer is not their own."""
        return sum(self.outcomes[name] for name in FALSE)


NO_CONTACT: CallOutcomeKind = "no_contact"
FALSE: tuple[CallOutcomeKind, ...] = ("not_mine", "told")
