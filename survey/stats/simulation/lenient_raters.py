"""People who rate several units, more or less leniently, and choose whom they rate."""

from __future__ import annotations

import numpy as np

from survey.stats.raters.leniency import adjust_leniency

_RATERS, _UNITS, _RATINGS = 1_500, 40, 4
_UNIT_SD, _LENIENCY_SD, _NOISE_SD = 5.4, 10.0, 15.0


def lenient_raters(association: float, rng: np.random.Generator) -> dict[str, float]:
    """Measure one draw of raters whose choice of units goes with their leniency.

    ``association`` 0: whom they rate has nothing to do with it; 1: a rater one SD more lenient
    is e times likelier to rate a unit that is one SD more sought after. Errors are of the
    comparison between units: the level is left as it is.
    """
    leniency = rng.standard_normal(_RATERS)
    sought = rng.standard_normal(_UNITS)
    level = _UNIT_SD * rng.standard_normal(_UNITS)
    keys = association * np.outer(leniency, sought) + rng.gumbel(size=(_RATERS, _UNITS))
    unit = np.argpartition(-keys, _RATINGS - 1, axis=1)[:, :_RATINGS].ravel().astype(np.intp)
    rater = np.repeat(np.arange(_RATERS), _RATINGS)
    noise = _NOISE_SD * rng.standard_normal(unit.size)
    score = level[unit] + _LENIENCY_SD * leniency[rater] + noise
    found = adjust_leniency(rater=rater, unit=unit, score=score)
    truth = level - level.mean()
    error = found.units - found.units.mean() - truth
    half = 1.96 * found.se
    return {
        "raw_mse": float(((found.raw - found.raw.mean() - truth) ** 2).mean()),
        "score_mse": float((error**2).mean()),
        "score_coverage": float((np.abs(error) <= half).mean()),
        "half_width": float(half.mean()),
        "within_chosen": float(found.choice == "within"),
    }
