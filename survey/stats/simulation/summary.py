"""Repeats of one scenario brought to the figures people compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray, IndexArray

_WORST = ("moved_most", "moved_most_se", "honest_moved", "alarm_power")
_ROOTS = "_mse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """One repeat: which population, and its measures by share of false answers."""

    county: int
    measures: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of one scenario at one share of false answers.

    Attributes
    ----------
    scenario : str
    share : str
        "0" without an attack.
    repeats : int
    figures : mapping
        Means of the measures over repeats; squared errors as their roots (``_rmse``); for a
        few, the worst repeat (``_worst``); ``score_coverage_worst_county``.
    errors : mapping
        Monte-Carlo standard errors of the means and roots, repeats of one population taken
        together; empty where there is one population only.
    """

    scenario: str
    share: str
    repeats: int
    figures: Mapping[str, float]
    errors: Mapping[str, float]


def summarise(scenario: str, repeats: Sequence[Repeat]) -> tuple[Summary, ...]:
    """Average the repeats of a scenario, share by share."""
    shares = dict.fromkeys(share for repeat in repeats for share in repeat.measures)
    return tuple(
        _summary(scenario, share, [r for r in repeats if share in r.measures]) for share in shares
    )


def _summary(scenario: str, share: str, repeats: Sequence[Repeat]) -> Summary:
    figures: dict[str, float] = {}
    errors: dict[str, float] = {}
    names = dict.fromkeys(name for repeat in repeats for name in repeat.measures[share])
    for name in names:
        having = [r for r in repeats if name in r.measures[share]]
        values = np.array([r.measures[share][name] for r in having])
        mean, error = float(values.mean()), _error(values, np.array([r.county for r in having]))
        figure = name
        if name.endswith(_ROOTS):
            figure, mean = name.removesuffix(_ROOTS) + "_rmse", float(np.sqrt(mean))
            error = error / (2 * mean) if error is not None and mean > 0 else None
        figures[figure] = mean
        if error is not None:
            errors[figure] = error
        if name in _WORST:
            figures[f"{name}_worst"] = float(values.max())
    if "score_coverage" in names:
        figures["score_coverage_worst_county"] = _worst_county(repeats, share)
    return Summary(
        scenario=scenario, share=share, repeats=len(repeats), figures=figures, errors=errors
    )


def _error(values: FloatArray, county: IndexArray) -> float | None:
    """Return the standard error of the mean, draws of one population hanging together."""
    places, of = np.unique(county, return_inverse=True)
    if places.size < 2:
        return None
    off = np.bincount(of, values - values.mean())
    return float(np.sqrt(places.size / (places.size - 1) * (off**2).sum()) / values.size)


def _worst_county(repeats: Sequence[Repeat], share: str) -> float:
    by_county: dict[int, list[float]] = {}
    for repeat in repeats:
        by_county.setdefault(repeat.county, []).append(repeat.measures[share]["score_coverage"])
    return float(min(np.mean(values) for values in by_county.values()))
