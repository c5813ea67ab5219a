"""One repeat of one scenario: draw, attack, appraise, measure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey.stats.campaign.corrections import NonresponsePlan
from survey.stats.campaign.result import AppraisalResult
from survey.stats.pipeline.appraise import appraise
from survey.stats.simulation.attacking import attack_draw
from survey.stats.simulation.campaign import Campaign
from survey.stats.simulation.drawing import Draw, draw_repeat, generator
from survey.stats.simulation.measuring import (
    accuracy,
    findings,
    movement,
    ranking,
    screening_cost,
    silence,
)
from survey.stats.simulation.reading import read_units
from survey.stats.simulation.scenarios import Scenario

COUNTIES = 10  # populations a run's repeats are spread over
_OPEN = 1
_BETWEEN = 0.1  # SD of the strength of silence by opinion between campaigns of a county


def appraise_draw(draw: Draw) -> AppraisalResult:
    """Score the draw by the pipeline that publishes scores."""
    return _appraised(draw.campaign())


def run_repeat(
    scenario: Scenario, *, setting: str, plan: str, seed: int, repeat: int, county: int
) -> dict[str, dict[str, float]]:
    """Return the measures of one repeat: under ``"0"`` without an attack, else by its amount."""
    rng = generator(seed=seed, county=county, repeat=repeat)
    draw = draw_repeat(scenario, setting=setting, plan=plan, seed=seed, county=county, rng=rng)
    earlier = _earlier(draw, setting=setting, plan=plan, seed=seed, repeat=repeat, county=county)
    campaign = draw.campaign(earlier=earlier)
    result = _appraised(campaign)
    before = read_units(result)
    out = {"0": _measures(draw, campaign, result)}
    if scenario.attack is None:
        return {"0": out["0"] | _without_step(draw, campaign)}
    units = rng.choice(draw.truth.size, scenario.attacked_units, replace=False)
    attacked = np.isin(np.arange(draw.truth.size), units)
    wanted = -1 if scenario.attack == "rival" else 1
    for amount in scenario.amounts:
        made = attack_draw(draw, attack=scenario.attack, units=np.sort(units), amount=amount,
                           rng=rng)  # fmt: skip
        result = _appraised(made.campaign)
        moved = movement(before, read_units(result), draw.truth, attacked, wanted=wanted)
        out[f"{amount:g}"] = (
            _measures(draw, made.campaign, result)
            | moved
            | findings(result, attacked)
            | {"false_answers": made.false}
        )
    return out


def _appraised(campaign: Campaign) -> AppraisalResult:
    return appraise(campaign.plan, campaign.sample, invitations=campaign.invitations)


def _earlier(
    draw: Draw, *, setting: str, plan: str, seed: int, repeat: int, county: int
) -> tuple[tuple[float, float], ...]:
    """Return the slopes of the campaigns before, each by its own waves alone.

    In each of them silence hangs on opinion somewhat more or less than in this one.
    """
    found = []
    for before in range(1, draw.scenario.campaigns_before + 1):
        rng = np.random.default_rng([seed, county, repeat, before])
        strength = draw.scenario.behaviour.invited_selection + _BETWEEN * rng.standard_normal()
        behaviour = replace(draw.scenario.behaviour, invited_selection=strength)
        scenario = replace(draw.scenario, behaviour=behaviour)
        then = draw_repeat(scenario, setting=setting, plan=plan, seed=seed, county=county, rng=rng)
        told = _appraised(then.campaign()).nonresponse
        if told is not None and told.g is not None and told.g_se is not None:
            found.append((told.g, told.g_se))
    return tuple(found)


def _without_step(draw: Draw, campaign: Campaign) -> dict[str, float]:
    """Measure what would be published if silence moved no score, only the sensitivity interval."""
    if draw.scenario.silence != "callbacks":
        return {}
    plan = replace(campaign.plan, nonresponse=NonresponsePlan(method="callbacks_interval"))
    result = _appraised(replace(campaign, plan=plan))
    told = silence(result, draw.truth)
    return {
        "without_step_mse": accuracy(read_units(result), draw.truth)["score_mse"],
        "interval_alone_coverage": told["sensitivity_coverage"],
        "interval_alone_half_width": told["sensitivity_half_width"],
    }


def _measures(draw: Draw, campaign: Campaign, result: AppraisalResult) -> dict[str, float]:
    found = read_units(result)
    out = accuracy(found, draw.truth) | ranking(found, draw.truth)
    out |= screening_cost(result, campaign.honest, campaign.sample.channel == _OPEN)
    if result.sensitivity:
        out |= silence(result, draw.truth)
    return out
