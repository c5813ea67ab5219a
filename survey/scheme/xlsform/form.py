"""One XLSForm on its way to be items: what was read, its faults, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey.problems import Problem
from survey.scheme.csv_rows import Row
from survey.scheme.meant import in_both

Questionnaire = Mapping[str, Any]


@dataclass(slots=True)
class Form:
    """What has been read of a form by now.

    Items, headings and the rows they stand in go by the same numbers.
    """

    file: str
    questionnaire: Questionnaire
    problems: list[Problem] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    headings: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    heading_rows: list[Row] = field(default_factory=list)
    lists: dict[str, list[Row]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    scored_seen: list[str] = field(default_factory=list)
    group: Row | None = None
    within: int = 0  # groups that begin in the group, refused
    lost: set[str] = field(default_factory=set)  # what could not be read, so nothing to name

    def result(self) -> dict[str, Any]:
        """Return the questionnaire with what was read in the place of what it had."""
        said = {"local_items": self.items, "headings": self.headings}
        kept = {name: value for name, value in self.questionnaire.items() if name not in said}
        found: dict[str, Any] = in_both(kept | {name: v for name, v in said.items() if v})
        return found
