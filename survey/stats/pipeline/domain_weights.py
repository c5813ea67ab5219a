"""Weights, scores and variances of all domains at once."""

from __future__ import annotations

import numpy as np

from survey.stats.arrays import FloatArray
from survey.stats.campaign.domains import CampaignDomains, score
from survey.stats.campaign.scoring import GroupScores, influence
from survey.stats.estimation.linearisation import linearised_covariance
from survey.stats.pipeline.class_slopes import (
    ClassSlopes,
    corrected,
    find_class_slopes,
    pooled_classes,
)
from survey.stats.pipeline.domain_weighting import DomainWeighting
from survey.stats.pipeline.weighted import Weighted, without_rounding
from survey.stats.pipeline.weighting import unweighted, weigh_domain


def weigh_domains(domains: CampaignDomains, factor: FloatArray) -> Weighted:
    """Weight and correct every domain; ``factor`` (n,) is what quality leaves of each response.

    Notes
    -----
    By pooled slopes every answer keeps ``factor`` as its weight, and what is corrected is the
    score. By raking, and where a class has too few units, every domain is weighted by itself.
    """
    classes = tuple(pooled_classes(domains, factor))
    pooled = {
        unit * domains.shape[1] + group for group, units in classes for unit in units.tolist()
    }
    weights = np.zeros(domains.sample.n_responses)
    weighting: dict[int, DomainWeighting] = {}
    n_groups = len(domains.groups)
    for domain, rows in enumerate(domains.rows):
        unit, group = divmod(domain, n_groups)
        if rows.size == 0 or domains.group_coefficients[unit, group] == 0:
            continue
        weighting[domain] = (
            unweighted(factor[rows]) if domain in pooled else weigh_domain(
                townships=domains.townships,
                sample=domains.sample,
                rows=rows,
                group=domains.groups[group],
                margins=domains.margins[domains.units[unit].population],
                factor=factor[rows],
            )
        )  # fmt: skip
        weights[rows] = weighting[domain].weights
    scored = score(domains, weights)
    variance = _variances(domains, scored.groups, weighting)
    slopes = find_class_slopes(domains, scored, factor, classes)
    for entry in slopes:
        _put_in(domains, entry, variance, weighting)
    return Weighted(
        scored=corrected(domains, scored, slopes),
        variance=without_rounding(domains, variance.reshape(domains.shape)),
        weighting=weighting,
        slopes=slopes,
    )


def _put_in(
    domains: CampaignDomains,
    entry: ClassSlopes,
    variance: FloatArray,
    weighting: dict[int, DomainWeighting],
) -> None:
    """Put variances through the slopes in place, and say what was corrected for."""
    through = entry.pooled.variance(entry.effect)
    for place, unit in enumerate(entry.units.tolist()):
        domain = unit * domains.shape[1] + entry.group
        if _counted(domains, domain, weighting[domain]) > 1:
            variance[domain] = through[place]
        weighting[domain] = unweighted(
            weighting[domain].weights,
            (*entry.notices, *entry.of_units.get(unit, ())),
            corrected=entry.variables[place],
        )


def _counted(domains: CampaignDomains, domain: int, how: DomainWeighting) -> int:
    rated = (domains.sample.items[domains.rows[domain]] > 0).any(axis=1)
    return int(((how.weights > 0) & rated).sum())


def _variances(
    domains: CampaignDomains, groups: GroupScores, weighting: dict[int, DomainWeighting]
) -> FloatArray:
    scale = domains.scale
    out = np.zeros(len(domains.rows))
    for domain, how in weighting.items():
        rows = domains.rows[domain]
        if _counted(domains, domain, how) < 2:
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
    return out
