"""Weights and variances of all domains at once."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains, score
from survey.stats.campaign.scoring import GroupScores, influence
from survey.stats.estimation.linearisation import linearised_covariance
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.pipeline.weighted import Weighted, without_rounding
from survey.stats.pipeline.weighting import weigh_domain


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
