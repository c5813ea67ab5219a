"""One repeat of one scenario: draw, attack, appraise, measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise
from survey.stats.simulation.answering import (
    Invited,
    Sheets,
    invite,
    opinion_holders,
    together,
    volunteer,
)
from survey.stats.simulation.attacks import Attack, stuff
from survey.stats.simulation.campaign import Campaign, campaign_of
from survey.stats.simulation.county import County, Setting, build_county
from survey.stats.simulation.measuring import (
    accuracy,
    movement,
    ranking,
    screening_cost,
    silence,
)
from survey.stats.simulation.reading import read_units
from survey.stats.simulation.scenarios import SETTINGS, Scenario

COUNTIES = 10  # populations a run's repeats are spread over


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What one repeat is about: a population, who answered, and the truth of every unit."""

    scenario: Scenario
    place: County
    invited: Invited
    volunteers: Sheets
    truth: FloatArray

    def campaign(self) -> Campaign:
        """Return plan, answers and list of the invited, as an office would have them."""
        return campaign_of(
            self.place, self.invited, self.volunteers, callbacks=self.scenario.callbacks
        )


def draw_repeat(
    scenario: Scenario, *, setting: str, seed: int, county: int, rng: np.random.Generator
) -> Draw:
    """Draw who answers in one of the seed's populations, nothing stuffed yet."""
    place = _county(setting, tuple(sorted(scenario.changes.items())), seed * 1000 + county)
    return Draw(
        scenario=scenario,
        place=place,
        invited=invite(place, scenario.behaviour, rng),
        volunteers=volunteer(place, scenario.behaviour, rng),
        truth=opinion_holders(place, scenario.behaviour)
        if scenario.behaviour.dont_know
        else place.truth,
    )


def appraise_draw(draw: Draw) -> AppraisalResult:
    """Score the draw by the pipeline that publishes scores."""
    campaign = draw.campaign()
    return appraise(campaign.plan, campaign.sample, invitations=campaign.invitations)


def run_repeat(
    scenario: Scenario, *, setting: str, seed: int, repeat: int, county: int
) -> dict[str, dict[str, float]]:
    """Return the measures of one repeat: under ``"0"`` without an attack, else by its share."""
    rng = generator(seed=seed, county=county, repeat=repeat)
    draw = draw_repeat(scenario, setting=setting, seed=seed, county=county, rng=rng)
    result = appraise_draw(draw)
    before = read_units(result)
    out = {"0": _measures(draw, result)}
    if scenario.attack is None:
        return out
    attacked = np.zeros(draw.truth.size, dtype=np.bool_)
    attacked[rng.choice(attacked.size, scenario.attacked_units, replace=False)] = True
    for share in scenario.shares:
        volunteers = _stuffed(draw, scenario.attack, attacked, share, rng)
        stuffed = replace(draw, volunteers=volunteers)
        result = appraise_draw(stuffed)
        wanted = -1 if scenario.attack == "rival" else 1
        moved = movement(before, read_units(result), draw.truth, attacked, wanted=wanted)
        out[f"{share:g}"] = _measures(stuffed, result) | moved
    return out


def generator(*, seed: int, county: int, repeat: int) -> np.random.Generator:
    """Return what one repeat is drawn with."""
    return np.random.default_rng([seed, county, repeat])


@lru_cache(maxsize=2)
def _county(setting_name: str, changes: tuple[tuple[str, float], ...], seed: int) -> County:
    setting: Setting = replace(SETTINGS[setting_name], **dict(changes))  # type: ignore[arg-type]
    return build_county(setting, np.random.default_rng(seed))


def _stuffed(
    draw: Draw,
    attack: Attack,
    attacked: BoolArray,
    share: float,
    rng: np.random.Generator,
) -> Sheets:
    about = np.bincount(draw.invited.sheets.unit, minlength=attacked.size)
    about += np.bincount(draw.volunteers.unit, minlength=attacked.size)
    out = draw.volunteers
    for unit in np.flatnonzero(attacked):
        number = round(share / (1 - share) * int(about[unit]))
        false = stuff(
            draw.place, draw.volunteers, attack=attack, unit=int(unit), number=number, rng=rng
        )
        out = together(out, false)
    return out


def _measures(draw: Draw, result: AppraisalResult) -> dict[str, float]:
    found = read_units(result)
    out = accuracy(found, draw.truth) | ranking(found, draw.truth)
    sheets = together(draw.invited.sheets, draw.volunteers)
    opened = np.arange(sheets.unit.size) >= draw.invited.sheets.unit.size
    out |= screening_cost(result, sheets.honest[sheets.person], opened)
    if result.sensitivity:
        out |= silence(result, draw.truth)
    return out
