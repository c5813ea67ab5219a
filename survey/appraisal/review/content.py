"""What a case file shows, as it is stored: words, days and shares, never an answer or a moment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A day, or an hour of one, and how many answers came in it, rounded up to whole tens."""

    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelShare:
    """How often a level of the scale was chosen in the case, and in the rest of its unit.

    In percent; the rest is None where it has too few answers to be told.
    """

    zh: str
    en: str
    here: int
    rest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContent:
    """What people are shown of a case.

    `certainty` is None where the rule that found it tells none. The first and last day are empty,
    the course and the pattern too, where the case is about no or too few answers.
    """

    zh: str
    en: str
    certainty: float | None
    first_day: str
    last_day: str
    step: int
    hourly: bool
    course: tuple[Slot, ...]
    pattern: tuple[LevelShare, ...]
