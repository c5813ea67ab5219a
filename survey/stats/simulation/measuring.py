"""What is measured of one repeat, as plain numbers that average over repeats."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.ranking.rank_sets import rank_sets
from survey.stats.simulation.answering import Sheets
from survey.stats.simulation.estimating import Estimates

_RANK_DRAWS = 1000


def accuracy(estimates: Estimates, truth: FloatArray) -> dict[str, float]:
    """Squared errors, biases, coverage, rank errors, alarms."""
    limited, combination = estimates.limited, estimates.combination
    error = limited.score - truth
    ranks = _ranks(truth)
    errors = {
        "raw": estimates.raw - truth,
        "anchor": estimates.reference_score - truth,
        "alone": estimates.reference.reference_only.score - truth,
        "unlimited": combination.score - truth,
        "score": error,
    }
    return {
        **{f"{name}_mse": float((off**2).mean()) for name, off in errors.items()},
        **{f"{name}_bias": float(off.mean()) for name, off in errors.items()},
        "anchor_coverage": _share(np.abs(errors["anchor"]) <= 1.96 * estimates.reference_se),
        "unlimited_coverage": _share(np.abs(errors["unlimited"]) <= 1.96 * combination.se),
        "score_coverage": _share(np.abs(error) <= limited.half_width),
        "half_width": float(limited.half_width.mean()),
        "reference_se": float(np.median(estimates.reference_se)),
        "raw_rank_error": float(np.abs(_ranks(estimates.raw) - ranks).mean()),
        "score_rank_error": float(np.abs(_ranks(limited.score) - ranks).mean()),
        "alarms": _share(estimates.alarm),
    }


def rank_cover(
    estimates: Estimates, truth: FloatArray, *, rng: np.random.Generator
) -> dict[str, float]:
    """Whether the simultaneous rank sets hold every true rank, and how wide they are."""
    ranks = _ranks(truth)
    sets = rank_sets(
        scores=estimates.limited.score,
        covariance=_covariance(estimates),
        rng=rng,
        draws=_RANK_DRAWS,
    )
    return {
        "rank_sets_hold": float(((sets.lower <= ranks) & (ranks <= sets.upper)).all()),
        "rank_set_width": float((sets.upper - sets.lower + 1).mean()),
    }


def _rank_change(before: FloatArray, after: FloatArray, attacked: BoolArray) -> float:
    return float(np.abs(_ranks(after) - _ranks(before))[attacked].mean())


def _rank_pull(before: Estimates, after: Estimates, attacked: BoolArray, wanted: int) -> float:
    risen = _ranks(before.limited.score) - _ranks(after.limited.score)
    return float(wanted * risen[attacked].mean())


def _covariance(estimates: Estimates) -> FloatArray:
    """Covariance of the limited scores: where the limit moved one, its error grew."""
    out = estimates.combination.covariance.copy()
    np.fill_diagonal(out, estimates.limited.se**2)
    return out


def _ranks(values: FloatArray) -> FloatArray:
    return np.asarray(rankdata(-values))


def _share(holds: BoolArray) -> float:
    return float(holds.mean())


def screening_cost(estimates: Estimates, volunteers: Sheets) -> dict[str, float]:
    """Weight and answers that screening cost the honest."""
    honest = volunteers.honest
    if not honest.any():
        return {"honest_weight_lost": 0.0, "honest_set_aside": 0.0}
    return {
        "honest_weight_lost": float(1 - estimates.kept[honest].mean()),
        "honest_set_aside": float(estimates.set_aside[honest].mean()),
    }


def movement(
    before: Estimates,
    after: Estimates,
    truth: FloatArray,
    attacked: BoolArray,
    *,
    wanted: int,
) -> dict[str, float]:
    """How far the attack moved the units it aimed at, and the others, from the same answers.

    ``wanted`` is 1 where it is to lift them, -1 where it is to lower them.
    """
    moved = after.limited.score - before.limited.score
    raw = after.raw - before.raw
    in_se = np.abs(moved[attacked]) / before.reference_se[attacked]
    alarm = after.alarm
    error = after.limited.score - truth
    return {
        "moved": float(np.abs(moved[attacked]).mean()),
        "pulled": float(wanted * moved[attacked].mean()),
        "moved_most": float(np.abs(moved[attacked]).max()),
        "moved_most_se": float(in_se.max()),
        "raw_moved": float(np.abs(raw[attacked]).mean()),
        "unlimited_moved": float(
            np.abs(after.combination.score - before.combination.score)[attacked].mean()
        ),
        "honest_moved": float(np.abs(moved[~attacked]).mean()),
        "rank_gain": _rank_change(before.limited.score, after.limited.score, attacked),
        "rank_pulled": _rank_pull(before, after, attacked, wanted),
        "raw_rank_gain": _rank_change(before.raw, after.raw, attacked),
        "alarm_power": _share(alarm[attacked]),
        "false_alarms": _share(alarm[~attacked]),
        "attacked_coverage": _share(np.abs(error[attacked]) <= after.limited.half_width[attacked]),
    }  # fmt: skip
