"""How far the silence of invited people could move the scores, whatever the weights assume."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray
from survey.stats.campaign.domains import CampaignDomains, cut_anew
from survey.stats.campaign.invitations import Invitations
from survey.stats.nonresponse.callbacks import weights_given
from survey.stats.nonresponse.proxy_pattern import ProxyPattern, proxy_pattern
from survey.stats.nonresponse.rounds import answered_given
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.nonresponse_step import NonresponseStep, Sensitivity, spread
from survey.stats.pipeline.quality import response_scores

_FEWEST = 30  # answers of a group from which a proxy is fitted


def find_sensitivity(
    domains: CampaignDomains,
    invitations: Invitations,
    step: NonresponseStep,
    *,
    valid: BoolArray,
    trusted: FloatArray,
) -> Sensitivity:
    """Move the weights as far as the silence allows and see what the scores do.

    Parameters
    ----------
    domains : CampaignDomains
    invitations : Invitations
    step : NonresponseStep
    valid : ndarray of bool, shape (n,)
    trusted : ndarray of float64, shape (n,)
        What quality leaves of each response, before the step.

    Notes
    -----
    With callbacks, and where waves are told apart, the invited answers of each unit and group are
    weighted anew under both ends of g's range. Without, the bias of a group's answers beyond what
    missing at random explains is found once for the county (units have too few invited people for
    a proxy of their own) and holds for each of its units; y are deviations from the unit's mean.
    """
    if step.told is not None:
        return _by_waves(domains, invitations, step, valid=valid, trusted=trusted)
    if step.callbacks is not None and step.waves is not None:
        return _by_callbacks(domains, invitations, step, valid=valid, trusted=trusted)
    return _by_proxy(domains, invitations, step)


def _by_callbacks(
    domains: CampaignDomains,
    invitations: Invitations,
    step: NonresponseStep,
    *,
    valid: BoolArray,
    trusted: FloatArray,
) -> Sensitivity:
    assert step.callbacks is not None
    assert step.waves is not None
    ends = [weights_given(step.waves, g) for g in step.callbacks.interval()]
    moved = _moved(domains, invitations, step, ends, valid=valid, trusted=trusted)
    return Sensitivity(
        method="callbacks",
        lower=np.minimum(*moved).clip(max=0),
        upper=np.maximum(*moved).clip(min=0),
        correlation=np.full(domains.shape[1], np.nan),
    )


def _by_waves(
    domains: CampaignDomains,
    invitations: Invitations,
    step: NonresponseStep,
    *,
    valid: BoolArray,
    trusted: FloatArray,
) -> Sensitivity:
    assert step.told is not None
    told = step.told
    ends = [
        np.where(step.answered, answered_given(told.rounds, g)[told.person], 0.0)
        for g in told.slope.interval()
    ]
    moved = _moved(domains, invitations, step, ends, valid=valid, trusted=trusted)
    return Sensitivity(
        method="waves",
        lower=np.minimum(*moved),
        upper=np.maximum(*moved),
        correlation=np.full(domains.shape[1], np.nan),
    )


def _moved(
    domains: CampaignDomains,
    invitations: Invitations,
    step: NonresponseStep,
    ends: Sequence[FloatArray],
    *,
    valid: BoolArray,
    trusted: FloatArray,
) -> list[FloatArray]:
    """Return how far weights of the list's rows move each group's score; NaN where none did."""
    reference_only = cut_anew(domains, valid & domains.invited)
    used = weigh_domains(reference_only, trusted * step.factor).scored.groups.score
    listed = _listed(domains, invitations, step)
    found = [
        weigh_domains(
            reference_only, trusted * spread(domains, invitations, weights)
        ).scored.groups.score
        - used
        for weights in ends
    ]
    return [np.where(listed, each.reshape(domains.shape), np.nan) for each in found]


def _by_proxy(
    domains: CampaignDomains, invitations: Invitations, step: NonresponseStep
) -> Sensitivity:
    scores = response_scores(domains)
    listed = _listed(domains, invitations, step)
    lower, upper = np.full(domains.shape, np.nan), np.full(domains.shape, np.nan)
    correlation = np.full(domains.shape[1], np.nan)
    for group in range(domains.shape[1]):
        found = _pattern(domains, invitations, step, group, scores)
        if found is None:
            continue
        correlation[group] = found.correlation
        moves = [found.bias[0] - bias for bias in found.bias]
        here = listed[:, group]
        lower[here, group], upper[here, group] = min(moves), max(moves)
    return Sensitivity(method="proxy", lower=lower, upper=upper, correlation=correlation)


def _pattern(
    domains: CampaignDomains,
    invitations: Invitations,
    step: NonresponseStep,
    group: int,
    scores: FloatArray,
) -> ProxyPattern | None:
    asked = invitations.group == group
    answered = step.answered & asked
    rated = np.flatnonzero(answered)
    rated = rated[np.isfinite(scores[invitations.response[rated]])]
    if rated.size < _FEWEST:
        return None
    rows = invitations.response[rated]
    unit, size = domains.sample.unit[rows], domains.shape[0]
    mean = np.bincount(unit, scores[rows], size) / np.maximum(np.bincount(unit, minlength=size), 1)
    return proxy_pattern(
        y=scores[rows] - mean[unit], x=step.x[rated], everybody=step.x[asked].mean(axis=0)
    )


def _listed(domains: CampaignDomains, invitations: Invitations, step: NonresponseStep) -> BoolArray:
    rows = invitations.response[step.answered]
    found = np.bincount(domains.domain[rows], minlength=len(domains.rows)) > 0
    return np.asarray(found.reshape(domains.shape))
