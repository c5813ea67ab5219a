"""Plan and sample cut into domains, and the scores of all domains under given weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.plan import Plan
from survey.stats.campaign.sample import Sample
from survey.stats.campaign.scoring import GroupScores, UnitScores, group_scores, unit_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDomains:
    """Plan and sample cut into domains: domain = unit * number of groups + group.

    Attributes
    ----------
    domain : ndarray of intp, shape (n,)
    item_coefficients : ndarray of float64, shape (u * g, k)
    group_coefficients : ndarray of float64, shape (u, g)
    rows : tuple of ndarray of intp
        The valid responses of each domain.
    """

    plan: Plan
    sample: Sample
    domain: IndexArray
    item_coefficients: FloatArray
    group_coefficients: FloatArray
    rows: tuple[IndexArray, ...]

    @property
    def invited(self) -> BoolArray:
        """Which answers came from invited people, shape (n,); the others were open to all."""
        return invited_answers(self.plan, self.sample)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of units and of groups."""
        return self.group_coefficients.shape[0], self.group_coefficients.shape[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Scores of all domains and units after one step of the pipeline."""

    groups: GroupScores
    units: UnitScores


def invited_answers(plan: Plan, sample: Sample) -> BoolArray:
    """Say which answers (n,) came through a channel of invited people."""
    invited = np.array([channel.invited for channel in plan.channels], dtype=np.bool_)
    return invited[sample.channel]


def cut_domains(plan: Plan, sample: Sample, valid: BoolArray) -> CampaignDomains:
    """Cut the sample; ``valid`` (n,) marks the responses that count."""
    n_groups = len(plan.groups)
    domain = sample.unit * n_groups + sample.group
    items = np.array([[item.coefficient for item in unit.items] for unit in plan.units])
    by_class = {entry.class_code: entry.coefficients for entry in plan.classes}
    order = np.argsort(domain, kind="stable")
    order = order[valid[order]]
    n_domains = len(plan.units) * n_groups
    bounds = np.searchsorted(domain[order], np.arange(1, n_domains))
    return CampaignDomains(
        plan=plan,
        sample=sample,
        domain=domain,
        item_coefficients=np.repeat(items, n_groups, axis=0),
        group_coefficients=np.array([by_class[unit.class_code] for unit in plan.units]),
        rows=tuple(np.split(order, bounds)),
    )


def rescore(domains: CampaignDomains, scored: Scored, group_score: FloatArray) -> Scored:
    """Return the scores with other group scores (u, g), units scored anew from them."""
    groups = replace(scored.groups, score=group_score.reshape(-1))
    return Scored(groups=groups, units=_units(domains, groups))


def score(domains: CampaignDomains, weights: FloatArray) -> Scored:
    """Score every domain and unit under the weights (n,), zero for what does not count."""
    groups = group_scores(
        items=domains.sample.items,
        points=domains.plan.points,
        weights=weights,
        domain=domains.domain,
        coefficients=domains.item_coefficients,
    )
    return Scored(groups=groups, units=_units(domains, groups))


def _units(domains: CampaignDomains, groups: GroupScores) -> UnitScores:
    return unit_scores(
        group_score=groups.score.reshape(domains.shape),
        n_valid=groups.n.reshape(domains.shape),
        min_valid=np.array([group.min_valid for group in domains.plan.groups]),
        coefficients=domains.group_coefficients,
        min_covered=domains.plan.min_covered,
    )
