"""Weights and variances of all domains at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains, Scored, score
from survey.stats.campaign.scoring import GroupScores, influence
from survey.stats.estimation.linearisation import linearised_covariance
from survey.stats.pipeline.weighting import DomainWeighting, weigh_domain

_ROUNDING = 1e-9  # standard errors below this part of the scale are what sums leave over


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """All domains weighted and scored.

    Attributes
    ----------
    scored : Scored
    variance : ndarray of float64, shape (u, g)
        Of the group scores; zero where nobody answered.
    weighting : dict
        How each domain that somebody answered about was weighted.
    """

    scored: Scored
    variance: FloatArray
    weighting: dict[int, DomainWeighting]


def weigh_domains(domains: CampaignDomains, factor: FloatArray) -> Weighted:
    """Weight every domain by itself; ``factor`` (n,) is what quality leaves of each response."""
    weights = np.zeros(domains.sample.n_responses)
    weighting: dict[int, DomainWeighting] = {}
    n_groups = len(domains.groups)
    for domain, rows in enumerate(domains.rows):
        unit, group = divmod(domain, n_groups)
        if rows.size == 0 or domains.group_coefficients[unit, group] == 0:
            continue
        weighting[domain] = weigh_domain(
            townships=domains.townships,
            sample=domains.sample,
            rows=rows,
            group=domains.groups[group],
            margins=domains.margins[domains.units[unit].population],
            factor=factor[rows],
        )
        weights[rows] = weighting[domain].weights
    scored = score(domains, weights)
    return Weighted(
        scored=scored,
        variance=_variances(domains, scored.groups, weighting),
        weighting=weighting,
    )


def _variances(
    domains: CampaignDomains, groups: GroupScores, weighting: dict[int, DomainWeighting]
) -> FloatArray:
    scale = domains.scale
    out = np.zeros(len(domains.rows))
    for domain, how in weighting.items():
        rows = domains.rows[domain]
        counted = (how.weights > 0) & (domains.sample.items[rows] > 0).any(axis=1)
        if counted.sum() < 2:
            out[domain] = (scale.width / 2) ** 2
            continue
        z = influence(
            items=domains.sample.items[rows],
            points=domains.points,
            item_score=groups.item_score[domain],
            item_weight=groups.item_weight[domain],
            coefficients=domains.item_coefficients[domain],
        )
        base = how.weights if how.calibration is None else how.calibration.base_weights
        covariance = linearised_covariance(
            influence=z[:, None], calibration=how.calibration, base_weights=base
        )
        out[domain] = float(covariance[0, 0])
    return without_rounding(domains, out.reshape(domains.shape))


def without_rounding(domains: CampaignDomains, variance: FloatArray) -> FloatArray:
    """Return zero where answers are all alike, which sums in floating point miss by a hair."""
    scale = domains.scale
    return np.where(variance > (_ROUNDING * scale.width) ** 2, variance, 0.0)
