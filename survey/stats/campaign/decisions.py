"""What is decided of units beside their ranks: the lines of a plan, and where units surely lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

LineKind = Literal["score", "class_mean"]
Side = Literal["above", "below"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdPlan:
    """A line for the units of a class: a score, or (None) the mean of the scores of the class."""

    class_code: str
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsPlan:
    """The lines units are held against, and how often a named unit may lie on the other side.

    Attributes
    ----------
    thresholds : tuple of ThresholdPlan
    error_rate : float
        In (0, 1): expected share of wrong names among the units named at one line, and the chance
        of even a single wrong one among those named strictly. Of changes since the last campaign
        too.
    """

    thresholds: tuple[ThresholdPlan, ...] = ()
    error_rate: float = 0.05


NO_LINES = DecisionsPlan()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFigure:
    """One ranked unit and one line of its class.

    Attributes
    ----------
    kind : {"score", "class_mean"}
    threshold : float
        The line; of a mean, that of the scores of the ranked units.
    difference, se : float
        Estimate less the line, and its standard error.
    side : {"above", "below"} or None
        Where the unit surely lies; None where that cannot be told.
    strict : bool
        Whether it belongs to those of which, all together, not even one is wrongly named.
    q_value : float
        Smallest error rate at which it would be named.
    """

    unit_code: str
    kind: LineKind
    threshold: float
    difference: float
    se: float
    side: Side | None
    strict: bool
    q_value: float


def decisions_of(data: Mapping[str, Any]) -> DecisionsPlan:
    """Return the plan's part that plain data say."""
    thresholds = tuple(ThresholdPlan(**row) for row in data["thresholds"])
    return DecisionsPlan(**{**data, "thresholds": thresholds})
