"""The validity rules that one answer alone decides: what progress counts as valid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from survey.stats.campaign.ages import counts
from survey.stats.campaign.plan import Plan

REPEATED_DEVICE = "V02"  # the one rule of another answer that an office can tell at once
_RATING = re.compile("[1-9]")  # 0 says 不了解


@dataclass(frozen=True, slots=True, kw_only=True)
class AloneRules:
    """What a plan lets be said of an answer without looking at any other.

    `homes` are the positions of the townships whose residents alone may rate a unit, by its code;
    0 where anybody may; `other_ages` the places of the ages that may not answer.
    """

    excluding: frozenset[str]
    timed_channels: frozenset[str]
    resident_groups: frozenset[str]
    homes: Mapping[str, int]
    min_seconds: float
    other_ages: frozenset[int]

    @classmethod
    def of(cls, plan: Plan, *, areas: Mapping[str, int]) -> AloneRules:
        """Return the rules of a plan; `areas` gives the position of each township's code."""
        return cls(
            excluding=frozenset(
                rule.rule_id for rule in plan.screening.rules if rule.action == "exclude"
            ),
            timed_channels=frozenset(c.channel for c in plan.channels if c.timed),
            resident_groups=frozenset(g.group_code for g in plan.groups if g.weighting != "none"),
            homes={unit.unit_code: areas.get(unit.home, 0) for unit in plan.units},
            min_seconds=plan.screening.min_seconds,
            other_ages=frozenset(k for k, age in enumerate(plan.ages) if not counts(age)),
        )

    def home_for(self, unit_code: str, group_code: str) -> int:
        """Return the position of the township a person of this group must live in, or 0."""
        needed = group_code in self.resident_groups and "V06" in self.excluding
        return self.homes.get(unit_code, 0) if needed else 0

    def pass_answer(self, row: Mapping[str, Any], *, unit_code: str) -> bool:
        """Tell whether a row as it is stored passes them all."""
        return self.pass_said(_Row(*(row[name] for name in _Row._fields)), unit_code=unit_code)

    def pass_said(self, row: Any, *, unit_code: str) -> bool:
        """Tell it of a row whose columns are attributes: asked of a million in seconds."""
        excluding = self.excluding
        taken = row.duration_ms  # unknown where the clock was set back meanwhile
        return not (
            ("V01" in excluding and row.age in self.other_ages)
            or (
                "V04" in excluding
                and taken is not None
                and row.channel in self.timed_channels
                and taken < 1000 * self.min_seconds
            )
            or ("V05" in excluding and not _RATING.search(row.answers))
            or (
                "V06" in excluding and self.home_for(unit_code, row.group_code) not in {0, row.area}
            )
            or ("V10" in excluding and row.own_staff)
        )


class _Row(NamedTuple):
    group_code: str
    channel: str
    answers: str
    age: int
    area: int
    duration_ms: int | None
    own_staff: bool
