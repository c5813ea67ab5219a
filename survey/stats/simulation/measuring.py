"""What is measured of one repeat, as plain numbers that average over repeats."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.result import AppraisalResult
from survey.stats.campaign.verdicts import ScreeningVerdict
from survey.stats.scipy_calls import rankdata
from survey.stats.simulation.reading import UnitReadings

Measures = dict[str, float]
_COACHED = "group_coached"


def accuracy(found: UnitReadings, truth: FloatArray) -> Measures:
    """Squared errors, biases, coverage, alarms, over the units with a published score."""
    errors = {
        name: getattr(found, name) - truth
        for name in ("raw", "invited", "alone", "unlimited", "score")
    }
    published = np.isfinite(found.score)
    for name in errors:
        errors[name] = errors[name][published]
    squares = {f"{name}_mse": _mean(error**2) for name, error in errors.items()}
    inside = (found.lower <= truth) & (truth <= found.upper)
    # Of whoever knows the truth, but may say only what the bound allows.
    least = np.maximum(np.abs(found.alone - truth) - found.reach, 0.0)[published]
    return _known(
        {
            **squares,
            "floor_mse": _mean(least**2),
            **{f"{name}_bias": _mean(error) for name, error in errors.items()},
            "worse_than_raw": float(squares["score_mse"] > squares["raw_mse"]),
            "score_coverage": _mean(inside[published]),
            "half_width": _mean((found.upper - found.lower) / 2),
            "invited_se": _mean(found.invited_se),
            "published": _mean(published),
            "alarms": _mean(found.alarm),
        }
    )


def ranking(found: UnitReadings, truth: FloatArray) -> Measures:
    """Ranks within the class, as published, against those of the truth; and their rank sets."""
    ranked = np.isfinite(found.rank)
    ranks = _ranks(truth, found.class_code, ranked)
    raw = _ranks(found.raw, found.class_code, ranked)
    holds = (found.rank_lower <= ranks) & (ranks <= found.rank_upper)
    classes = [holds[ranked & (found.class_code == code)] for code in np.unique(found.class_code)]
    return _known(
        {
            "ranked": _mean(ranked),
            "raw_rank_error": _mean(np.abs(raw - ranks)),
            "score_rank_error": _mean(np.abs(found.rank - ranks)),
            "rank_sets_hold": _mean(np.array([here.all() for here in classes if here.size])),
            "rank_set_width": _mean(found.rank_upper - found.rank_lower + 1),
        }
    )


def screening_cost(result: AppraisalResult, honest: BoolArray, opened: BoolArray) -> Measures:
    """Weight and answers that screening cost the honest; ``opened`` (n,): open answers."""
    here = honest & opened
    if not here.any():
        return {"honest_weight_lost": 0.0, "honest_set_aside": 0.0}
    aside = result.screening.verdict == ScreeningVerdict.QUARANTINE
    for case in result.cases:
        aside[list(case.rows)] = True
    return {
        "honest_weight_lost": 1 - _mean(result.weight_kept[here]),
        "honest_set_aside": _mean(aside[here]),
    }


def silence(result: AppraisalResult, truth: FloatArray) -> Measures:
    """Whether the intervals widened by what silence could have done hold the truth."""
    by_unit = {entry.unit_code: entry for entry in result.sensitivity if not entry.group_code}
    place = [k for k, unit in enumerate(result.units) if unit.unit_code in by_unit]
    entries = [by_unit[result.units[k].unit_code] for k in place]
    lower = np.array([entry.lower for entry in entries])
    upper = np.array([entry.upper for entry in entries])
    inside = (lower <= truth[place]) & (truth[place] <= upper)
    g = result.nonresponse.g if result.nonresponse else None
    return _known(
        {
            "callback_g": np.nan if g is None else g,
            "sensitivity_coverage": _mean(inside),
            "sensitivity_half_width": _mean((upper - lower) / 2),
        }
    )


def movement(
    before: UnitReadings,
    after: UnitReadings,
    truth: FloatArray,
    attacked: BoolArray,
    *,
    wanted: int,
) -> Measures:
    """How far the attack moved the units it aimed at, and the others, from the same answers.

    ``wanted`` is 1 where it is to lift them, -1 where it is to lower them.
    """
    moved = after.score - before.score
    raw = after.raw - before.raw
    most = np.abs(moved[attacked])
    risen = before.rank - after.rank
    both = np.isfinite(risen)
    raw_risen = _ranks(before.raw, before.class_code, both)
    raw_risen -= _ranks(after.raw, after.class_code, both)
    inside = (after.lower <= truth) & (truth <= after.upper)
    return _known(
        {
            "moved": _mean(most),
            "pulled": wanted * _mean(moved[attacked]),
            "moved_most": float(most.max()),
            "moved_most_se": float((most / before.invited_se[attacked]).max()),
            "raw_moved": _mean(np.abs(raw[attacked])),
            "unlimited_moved": _mean(np.abs(after.unlimited - before.unlimited)[attacked]),
            "honest_moved": _mean(np.abs(moved[~attacked])),
            "rank_gain": _mean(np.abs(risen[attacked])),
            "rank_pulled": wanted * _mean(risen[attacked]),
            "raw_rank_gain": _mean(np.abs(raw_risen[attacked])),
            "still_ranked": _mean(np.isfinite(after.rank)[attacked]),
            "alarm_power": _mean(after.alarm[attacked]),
            "false_alarms": _mean(after.alarm[~attacked]),
            "attacked_coverage": _mean(inside[attacked]),
        }
    )


def findings(result: AppraisalResult, attacked: BoolArray) -> Measures:
    """How many attacked units are named by anything at all, and how many of the others."""
    named = {figure.unit_code for figure in result.captured}
    named |= {figure.unit_code for figure in result.channels if figure.alarm}
    named |= {case.unit_code for case in result.cases}
    named |= {notice.unit_code for notice in result.notices if notice.code.startswith(_COACHED)}
    found = np.array([unit.unit_code in named for unit in result.units])
    return {"found": _mean(found[attacked]), "found_falsely": _mean(found[~attacked])}


def _mean(values: FloatArray | BoolArray) -> float:
    """Average what is known; NaN where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else float("nan")


def _known(measures: Measures) -> Measures:
    """Leave out what could not be measured."""
    return {name: value for name, value in measures.items() if np.isfinite(value)}


def _ranks(values: FloatArray, kind: np.ndarray, ranked: BoolArray) -> FloatArray:
    """Rank within each class the units that are ranked, equal values alike; NaN the others."""
    out = np.full(values.size, np.nan)
    for code in np.unique(kind):
        here = ranked & (kind == code)
        out[here] = rankdata(-values[here], method="min")
    return out
