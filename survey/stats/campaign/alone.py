"""The validity rules that one answer alone decides: what progress counts as valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
        [said] = self._said({name: [row[name]] for name in _READ}, [unit_code])
        return self._pass(said)

    def passing(self) -> Callable[[Mapping[str, Sequence[Any]], Sequence[str]], Iterator[bool]]:
        """Return what tells it of many rows by their columns, and the code of each one's unit.

        Answers that are alike in what is asked are judged once: of a million there are few kinds.
        """
        known = _Known(self._pass)
        return lambda columns, units: map(known.__getitem__, self._said(columns, units))

    def _said(self, columns: Mapping[str, Sequence[Any]], units: Sequence[str]) -> Iterator[_Said]:
        """Yield of each row what the rules ask."""
        least = 1000 * self.min_seconds
        # Unknown where the clock was set back meanwhile.
        is_fast = [took is not None and took < least for took in columns["duration_ms"]]
        is_empty = [found is None for found in map(_RATING.search, columns["answers"])]
        alike = (columns[name] for name in _ALIKE)
        return zip(units, *alike, is_fast, is_empty, strict=True)

    def _pass(self, said: _Said) -> bool:
        excluding = self.excluding
        unit_code, group_code, channel, age, area, own_staff, is_fast, is_empty = said
        return not (
            ("V01" in excluding and age in self.other_ages)
            or ("V04" in excluding and is_fast and channel in self.timed_channels)
            or ("V05" in excluding and is_empty)
            or ("V06" in excluding and self.home_for(unit_code, group_code) not in {0, area})
            or ("V10" in excluding and own_staff)
        )


_ALIKE = ("group_code", "channel", "age", "area", "own_staff")
_READ = (*_ALIKE, "duration_ms", "answers")
_Said = tuple[str, str, str, int, int, bool, bool, bool]


class _Known(dict[_Said, bool]):
    """What was judged, and what judges the rest."""

    def __init__(self, judge: Callable[[_Said], bool]) -> None:
        self._judge = judge

    def __missing__(self, said: _Said) -> bool:
        self[said] = found = self._judge(said)
        return found
