"""One repeat of one scenario: draw, attack, estimate, measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from survey.stats.callbacks import CallbackError, Waves, fit_callbacks, weights_given
from survey.stats.simulation.answering import (
    Invited,
    Sheets,
    invite,
    opinion_holders,
    together,
    volunteer,
)
from survey.stats.simulation.attacks import stuff
from survey.stats.simulation.county import County, Setting, build_county
from survey.stats.simulation.estimating import (
    ANCHOR_BOUND,
    Estimates,
    channel_means,
    estimate,
    estimate_anchor,
)
from survey.stats.simulation.measuring import accuracy, movement, screening_cost
from survey.stats.simulation.scenarios import SETTINGS, Scenario

FloatArray = NDArray[np.float64]

COUNTIES = 10  # populations a run's repeats are spread over


@lru_cache(maxsize=2)
def _county(setting_name: str, changes: tuple[tuple[str, float], ...], seed: int) -> County:
    setting: Setting = replace(SETTINGS[setting_name], **dict(changes))  # type: ignore[arg-type]
    return build_county(setting, np.random.default_rng(seed))


def run_repeat(
    scenario: Scenario, *, setting: str, seed: int, repeat: int, county: int
) -> dict[str, dict[str, float]]:
    """Return the measures of one repeat: under ``"0"`` without an attack, else by its share."""
    place = _county(setting, tuple(sorted(scenario.changes.items())), seed * 1000 + county)
    rng = np.random.default_rng([seed, county, repeat])
    invited = invite(place, scenario.behaviour, rng)
    volunteers = volunteer(place, scenario.behaviour, rng)
    truth = place.truth
    if scenario.behaviour.dont_know:
        truth = opinion_holders(place, scenario.behaviour)
    anchor = estimate_anchor(place, invited)
    base = estimate(place, invited, anchor, volunteers)
    out = {"0": _measures(place, scenario, invited, volunteers, base, truth, rng)}
    if scenario.attack is None:
        return out
    attacked = np.zeros(place.setting.n_units, dtype=np.bool_)
    attacked[rng.choice(attacked.size, scenario.attacked_units, replace=False)] = True
    for share in scenario.shares:
        stuffed = _stuffed(place, scenario, invited, volunteers, attacked, share, rng)
        after = estimate(place, invited, anchor, stuffed)
        measures = _measures(place, scenario, invited, stuffed, after, truth, rng)
        out[f"{share:g}"] = measures | movement(base, after, truth, attacked)
    return out


def _stuffed(
    place: County,
    scenario: Scenario,
    invited: Invited,
    volunteers: Sheets,
    attacked: NDArray[np.bool_],
    share: float,
    rng: np.random.Generator,
) -> Sheets:
    assert scenario.attack is not None
    size = place.setting.n_units
    about = np.bincount(invited.sheets.unit, minlength=size)
    about += np.bincount(volunteers.unit, minlength=size)
    out = volunteers
    for unit in np.flatnonzero(attacked):
        number = round(share / (1 - share) * int(about[unit]))
        false = stuff(
            place, volunteers, attack=scenario.attack, unit=int(unit), number=number, rng=rng
        )
        out = together(out, false)
    return out


def _measures(
    place: County,
    scenario: Scenario,
    invited: Invited,
    volunteers: Sheets,
    estimates: Estimates,
    truth: FloatArray,
    rng: np.random.Generator,
) -> dict[str, float]:
    out = accuracy(estimates, truth, rng=rng) | screening_cost(estimates, volunteers)
    if scenario.callbacks:
        out |= _sensitivity(place, invited, estimates, truth)
    if scenario.behaviour.dont_know:
        out |= _bounds(place, invited, estimates)
    return out


def _sensitivity(
    place: County, invited: Invited, estimates: Estimates, truth: FloatArray
) -> dict[str, float]:
    """The score's interval widened by how answering may have depended on the answer."""
    waves = _waves(invited)
    try:
        found = fit_callbacks(waves)
    except CallbackError:
        return {}
    shifts = [_anchor_given(place, invited, waves, g) - estimates.anchor_score for g in found.interval()]
    middle = _anchor_given(place, invited, waves, found.shrunk) - estimates.anchor_score
    limited = estimates.limited
    lower = limited.score - limited.half_width + np.minimum(*shifts)
    upper = limited.score + limited.half_width + np.maximum(*shifts)
    return {
        "callback_g": found.g,
        "callback_mse": float(((limited.score + middle - truth) ** 2).mean()),
        "callback_bias": float((limited.score + middle - truth).mean()),
        "sensitivity_coverage": float(((lower <= truth) & (truth <= upper)).mean()),
        "sensitivity_half_width": float((upper - lower).mean() / 2),
    }


def _waves(invited: Invited) -> Waves:
    """Person level: demography, wave, and the mean rating of those who answered."""
    m = invited.wave.size
    columns = [np.ones(m)]
    for variable in (0, 1, 3):
        code = invited.codes[:, variable]
        columns += [(code == k).astype(np.float64) for k in range(1, int(code.max()) + 1)]
    answered = np.flatnonzero(invited.wave > 0)
    sheets = invited.sheets
    number = np.bincount(sheets.person, minlength=answered.size)
    total = np.bincount(sheets.person, sheets.points, answered.size)
    mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    mean = np.where(np.isfinite(mean), mean, np.nanmean(mean))
    y = np.zeros(m)
    y[answered] = (mean - mean.mean()) / mean.std()
    return Waves(base_weights=np.ones(m), x=np.stack(columns, axis=1), wave=invited.wave, y=y)


def _anchor_given(place: County, invited: Invited, waves: Waves, g: float) -> FloatArray:
    base = weights_given(waves, g)[waves.wave > 0]
    return channel_means(place, invited.sheets, bound=ANCHOR_BOUND, kept=base).mean.mean


def _bounds(place: County, invited: Invited, estimates: Estimates) -> dict[str, float]:
    """Scores of everybody asked, had those who said 不了解 answered worst or best."""
    rated = np.bincount(invited.sheets.unit, minlength=place.setting.n_units)
    aware = rated / np.maximum(invited.asked, 1)
    lower = aware * estimates.limited.score
    upper = lower + 100 * (1 - aware)
    inside = (lower <= place.truth) & (place.truth <= upper)
    return {"bounds_hold": float(inside.mean()), "bounds_width": float((upper - lower).mean())}
