"""One repeat of one scenario: draw, attack, estimate, measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.nonresponse.callbacks import CallbackError, Waves, fit_callbacks, weights_given
from survey.stats.simulation.answering import (
    Invited,
    Sheets,
    invite,
    opinion_holders,
    together,
    volunteer,
)
from survey.stats.simulation.attacks import Attack, stuff
from survey.stats.simulation.channel import ANCHOR_BOUND, channel_means
from survey.stats.simulation.county import County, Setting, build_county
from survey.stats.simulation.estimating import Estimates, estimate, estimate_anchor
from survey.stats.simulation.lenient_raters import lenient_raters
from survey.stats.simulation.measuring import accuracy, movement, rank_cover, screening_cost
from survey.stats.simulation.scenarios import SETTINGS, Scenario

COUNTIES = 10  # populations a run's repeats are spread over


@lru_cache(maxsize=2)
def _county(setting_name: str, changes: tuple[tuple[str, float], ...], seed: int) -> County:
    setting: Setting = replace(SETTINGS[setting_name], **dict(changes))  # type: ignore[arg-type]
    return build_county(setting, np.random.default_rng(seed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What one repeat is about."""

    scenario: Scenario
    place: County
    invited: Invited
    volunteers: Sheets
    truth: FloatArray


def run_repeat(
    scenario: Scenario, *, setting: str, seed: int, repeat: int, county: int
) -> dict[str, dict[str, float]]:
    """Return the measures of one repeat: under ``"0"`` without an attack, else by its share."""
    if scenario.association is not None:
        rng = np.random.default_rng([seed, county, repeat])
        return {"0": lenient_raters(scenario.association, rng)}
    place = _county(setting, tuple(sorted(scenario.changes.items())), seed * 1000 + county)
    rng = np.random.default_rng([seed, county, repeat])
    drawn = _Drawn(
        scenario=scenario,
        place=place,
        invited=invite(place, scenario.behaviour, rng),
        volunteers=volunteer(place, scenario.behaviour, rng),
        truth=opinion_holders(place, scenario.behaviour)
        if scenario.behaviour.dont_know
        else place.truth,
    )
    reference = estimate_anchor(place, drawn.invited)
    base = estimate(place, drawn.invited, reference, drawn.volunteers)
    out = {"0": _measures(drawn, base) | rank_cover(base, drawn.truth, rng=rng)}
    if scenario.attack is None:
        return out
    attacked = np.zeros(place.setting.n_units, dtype=np.bool_)
    attacked[rng.choice(attacked.size, scenario.attacked_units, replace=False)] = True
    for share in scenario.shares:
        stuffed = replace(drawn, volunteers=_stuffed(drawn, scenario.attack, attacked, share, rng))
        after = estimate(place, drawn.invited, reference, stuffed.volunteers)
        moved = movement(
            base, after, drawn.truth, attacked, wanted=-1 if scenario.attack == "rival" else 1
        )
        out[f"{share:g}"] = _measures(stuffed, after) | moved
    return out


def _stuffed(
    drawn: _Drawn,
    attack: Attack,
    attacked: BoolArray,
    share: float,
    rng: np.random.Generator,
) -> Sheets:
    about = np.bincount(drawn.invited.sheets.unit, minlength=attacked.size)
    about += np.bincount(drawn.volunteers.unit, minlength=attacked.size)
    out = drawn.volunteers
    for unit in np.flatnonzero(attacked):
        number = round(share / (1 - share) * int(about[unit]))
        false = stuff(
            drawn.place, drawn.volunteers, attack=attack, unit=int(unit), number=number, rng=rng
        )
        out = together(out, false)
    return out


def _measures(drawn: _Drawn, estimates: Estimates) -> dict[str, float]:
    out = accuracy(estimates, drawn.truth) | screening_cost(estimates, drawn.volunteers)
    if drawn.scenario.callbacks:
        out |= _sensitivity(drawn, estimates)
    if drawn.scenario.behaviour.dont_know:
        out |= _bounds(drawn, estimates)
    return out


def _sensitivity(drawn: _Drawn, estimates: Estimates) -> dict[str, float]:
    """Widen the score's interval by how answering may have depended on the answer."""
    waves, truth = _waves(drawn.invited), drawn.truth
    try:
        found = fit_callbacks(waves)
    except CallbackError:
        return {}
    low, middle, high = (
        _anchor_given(drawn, waves, g) - estimates.reference_score
        for g in (found.interval()[0], found.shrunk, found.interval()[1])
    )
    limited = estimates.limited
    lower = limited.score - limited.half_width + np.minimum(low, high)
    upper = limited.score + limited.half_width + np.maximum(low, high)
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


def _anchor_given(drawn: _Drawn, waves: Waves, g: float) -> FloatArray:
    base = weights_given(waves, g)[waves.wave > 0]
    sheets = drawn.invited.sheets
    return channel_means(drawn.place, sheets, bound=ANCHOR_BOUND, kept=base).mean.mean


def _bounds(drawn: _Drawn, estimates: Estimates) -> dict[str, float]:
    """Bound the mean of everybody asked, had those who said 不了解 answered worst or best."""
    truth = drawn.place.truth
    rated = np.bincount(drawn.invited.sheets.unit, minlength=truth.size)
    aware = rated / np.maximum(drawn.invited.asked, 1)
    lower = aware * estimates.limited.score
    upper = lower + 100 * (1 - aware)
    inside = (lower <= truth) & (truth <= upper)
    return {"bounds_hold": float(inside.mean()), "bounds_width": float((upper - lower).mean())}
