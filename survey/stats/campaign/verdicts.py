"""What becomes of each response by the validity rules: its verdict and the rules it met."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from survey.stats.arrays import BoolArray, IndexArray


class ScreeningVerdict(IntEnum):
    """What becomes of a response, from mildest to strictest."""

    KEEP = 0
    FLAG = 1
    QUARANTINE = 2
    EXCLUDE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """The outcome of the validity rules.

    Attributes
    ----------
    rule_ids : tuple of str
        The rules in force, in the plan's order.
    actions : tuple of ScreeningVerdict
        What each of them does.
    hits : ndarray of bool, shape (n, rules)
        Which rule met which response.
    verdict : ndarray of int8, shape (n,)
        ``ScreeningVerdict`` after people's decisions, if there were any.
    decided : ndarray of bool, shape (n,)
        Where a decision of people replaced the rules' verdict.
    """

    rule_ids: tuple[str, ...]
    actions: tuple[ScreeningVerdict, ...]
    hits: BoolArray
    verdict: NDArray[np.int8]
    decided: BoolArray

    @property
    def valid(self) -> BoolArray:
        """The responses that count."""
        return self.verdict <= ScreeningVerdict.FLAG

    @property
    def aware_or_not(self) -> BoolArray:
        """The denominator of awareness: what counts, and what only V05 (all 不了解) set aside."""
        if "V05" not in self.rule_ids:
            return self.valid
        others = np.delete(self.hits, self.rule_ids.index("V05"), axis=1)
        mild = np.array(
            [action == ScreeningVerdict.FLAG for action in self.actions], dtype=np.bool_
        )
        harmless = np.delete(mild, self.rule_ids.index("V05"))
        only = self.hit("V05") & ~self.decided & ~others[:, ~harmless].any(axis=1)
        return np.asarray(self.valid | only)

    def hit(self, rule_id: str) -> BoolArray:
        """Return which responses a rule met; none if it is not in force."""
        if rule_id not in self.rule_ids:
            return np.zeros(self.verdict.size, dtype=np.bool_)
        return self.hits[:, self.rule_ids.index(rule_id)]

    def rules_of(self, row: int) -> tuple[str, ...]:
        """Return the rule ids that met one response."""
        return tuple(rule for rule, hit in zip(self.rule_ids, self.hits[row], strict=True) if hit)

    def rules_of_each(self, rows: IndexArray) -> list[tuple[str, ...]]:
        """Return the rule ids that met each of some responses: each set of them is named once."""
        sets = self.hits[rows] @ (1 << np.arange(len(self.rule_ids), dtype=np.int64))
        _found, first, which = np.unique(sets, return_index=True, return_inverse=True)
        named = [self.rules_of(int(rows[place])) for place in first]
        return [named[each] for each in which.tolist()]
