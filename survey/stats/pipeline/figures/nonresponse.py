"""Puts what the silence of invited people means into the figures of the result."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.corrections import NonresponsePlan
from survey.stats.campaign.domains import CampaignDomains, Scored
from survey.stats.campaign.figures import UnitFigure
from survey.stats.campaign.invitations import Invitations
from survey.stats.campaign.result import AppraisalNotice
from survey.stats.campaign.silence_figures import (
    NonresponseFigure,
    PartialIndicator,
    SensitivityFigure,
)
from survey.stats.nonresponse.representativity import partial_indicators, representativity
from survey.stats.notices import Notice
from survey.stats.pipeline.figures.units import known
from survey.stats.pipeline.nonresponse_step import NonresponseStep, Sensitivity
from survey.stats.scipy_calls import ndtri


def nonresponse_figure(
    domains: CampaignDomains, invitations: Invitations, step: NonresponseStep
) -> NonresponseFigure:
    """Return how evenly the invited people answered."""
    base = np.ones(invitations.n_invited)
    found = representativity(base_weights=base, propensity=step.propensity)
    told = step.told.slope if step.told else None
    found_slope = told or step.callbacks
    g_range = found_slope.interval() if found_slope else (None, None)
    return NonresponseFigure(
        method=step.method,
        invited=invitations.n_invited,
        answered=int(step.answered.sum()),
        r_indicator=found.r_indicator,
        variation=found.variation,
        partial=_partial(domains, invitations, step),
        g=found_slope.g if found_slope else None,
        g_se=known(np.float64(found_slope.se)) if found_slope else None,
        g_lower=g_range[0],
        g_upper=g_range[1],
        g_earlier=told.prior.n if told else None,
        g_prior=told.prior.mean if told else None,
        g_prior_sd=told.prior.sd if told else None,
        g_by_lots=told.by_lots if told else None,
        g_by_lots_se=told.by_lots_se if told else None,
        g_p_value=told.p_value if told else None,
    )


def _partial(
    domains: CampaignDomains, invitations: Invitations, step: NonresponseStep
) -> tuple[PartialIndicator, ...]:
    groups = tuple(group.group_code for group in domains.groups)
    coded = [("group", (groups, invitations.group))]
    coded += [(variable, invitations.codes_of(variable)) for variable in invitations.variables]
    out = []
    for variable, (categories, codes) in coded:
        names = ("", *categories)  # the first is not known
        values = partial_indicators(
            base_weights=np.ones(codes.size), propensity=step.propensity,
            codes=codes + 1, size=len(names),
        )  # fmt: skip
        number = np.bincount(codes + 1, minlength=len(names))
        out += [
            PartialIndicator(
                variable=variable, category=name, invited=int(number[k]), value=float(values[k])
            )
            for k, name in enumerate(names)
            if number[k]
        ]
    return tuple(out)


def sensitivity_figures(
    domains: CampaignDomains,
    final: Scored,
    variance: FloatArray,
    units: tuple[UnitFigure, ...],
    found: Sensitivity,
    *,
    confidence: float,
) -> tuple[SensitivityFigure, ...]:
    """Return the widened intervals of the published units, each before its groups."""
    out = []
    score = final.groups.score.reshape(domains.shape)
    half = float(ndtri((1 + confidence) / 2)) * np.sqrt(variance)
    for u, unit in enumerate(units):
        share = final.units.share[u]
        listed = np.flatnonzero((share > 0) & np.isfinite(found.lower[u]))
        if unit.lower is None or unit.upper is None or not listed.size:
            continue
        moves = [float(share[listed] @ side[u, listed]) for side in (found.lower, found.upper)]
        ends = (unit.lower, unit.upper)
        middle = unit.estimate if unit.estimate is not None else sum(ends) / 2
        out.append(
            _figure(domains, u, None, found, moves=(moves[0], moves[1]), ends=ends, score=middle)
        )
        for g in listed:
            one = (float(found.lower[u, g]), float(found.upper[u, g]))
            ends = (float(score[u, g] - half[u, g]), float(score[u, g] + half[u, g]))
            mine = float(score[u, g])
            out.append(_figure(domains, u, int(g), found, moves=one, ends=ends, score=mine))
    return tuple(out)


def _figure(
    domains: CampaignDomains,
    unit: int,
    group: int | None,
    found: Sensitivity,
    *,
    moves: tuple[float, float],
    ends: tuple[float, float],
    score: float,
) -> SensitivityFigure:
    scale = domains.scale
    if found.method == "waves":
        lower, upper = _together(moves, ends, score)
    else:
        lower, upper = ends[0] + moves[0], ends[1] + moves[1]
    return SensitivityFigure(
        unit_code=domains.units[unit].unit_code,
        group_code="" if group is None else domains.groups[group].group_code,
        method=found.method,
        move_down=moves[0],
        move_up=moves[1],
        lower=min(max(lower, scale.lowest), scale.highest),
        upper=max(min(upper, scale.highest), scale.lowest),
        correlation=None if group is None else known(found.correlation[group]),
    )


def _together(
    moves: tuple[float, float], ends: tuple[float, float], score: float
) -> tuple[float, float]:
    """Return the interval about the middle of the moves, both errors independent.

    Each side of the published interval is taken with half the range of the moves as the root of
    the sum of their squares: chance in who was drawn has nothing to do with the slope's error.
    """
    middle, half = score + sum(moves) / 2, (moves[1] - moves[0]) / 2
    lower, upper = (
        middle - np.hypot(score - ends[0], half),
        middle + np.hypot(ends[1] - score, half),
    )
    return float(lower), float(upper)


def nonresponse_notices(
    step: NonresponseStep | None,
    found: Sensitivity | None,
    wanted: NonresponsePlan,
    *,
    asked: bool,
) -> tuple[AppraisalNotice, ...]:
    """Return what should be known of all figures; ``asked`` is whether there is a list."""
    said = list(step.notices) if step else []
    if wanted.method != "none" and not asked:
        said.append(Notice("nonresponse_without_list", method=wanted.method))
    elif asked and step is None:
        said.append(Notice("nobody_answered"))
    if found is not None and found.method == "proxy":
        strong = np.nan_to_num(found.correlation, nan=0.0) >= 0.1
        if not strong[np.isfinite(found.correlation)].all() or not strong.any():
            said.append(Notice("proxy_weak"))
    return tuple(AppraisalNotice(unit_code="", group_code="", notice=notice) for notice in said)
