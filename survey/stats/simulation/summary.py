"""Repeats of one scenario brought to the figures people compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
    """

    scenario: str
    share: str
    repeats: int
    figures: Mapping[str, float]


def summarise(scenario: str, repeats: Sequence[Repeat]) -> tuple[Summary, ...]:
    """Average the repeats of a scenario, share by share."""
    shares = dict.fromkeys(share for repeat in repeats for share in repeat.measures)
    return tuple(
        Summary(
            scenario=scenario,
            share=share,
            repeats=len(repeats),
            figures=_figures([r for r in repeats if share in r.measures], share),
        )
        for share in shares
    )


def _figures(repeats: Sequence[Repeat], share: str) -> dict[str, float]:
    out: dict[str, float] = {}
    names = dict.fromkeys(name for repeat in repeats for name in repeat.measures[share])
    for name in names:
        values = np.array([r.measures[share][name] for r in repeats if name in r.measures[share]])
        if name.endswith(_ROOTS):
            out[name.removesuffix(_ROOTS) + "_rmse"] = float(np.sqrt(values.mean()))
        else:
            out[name] = float(values.mean())
        if name in _WORST:
            out[f"{name}_worst"] = float(values.max())
    if "score_coverage" in names:
        out["score_coverage_worst_county"] = _worst_county(repeats, share)
    return out


def _worst_county(repeats: Sequence[Repeat], share: str) -> float:
    by_county: dict[int, list[float]] = {}
    for repeat in repeats:
        by_county.setdefault(repeat.county, []).append(repeat.measures[share]["score_coverage"])
    return float(min(np.mean(values) for values in by_county.values()))
