"""Plan and sample cut into domains, and the scores of all domains under given weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.corrections import CalibrationMethod
from survey.stats.campaign.plan import (
    ChannelPlan,
    GroupPlan,
    MarginPlan,
    Plan,
    Scale,
    UnitPlan,
    scale_of,
)
from survey.stats.campaign.sample import Sample
from survey.stats.campaign.scoring import GroupScores, UnitScores, group_scores, unit_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignDomains:
    """Plan and sample cut into domains: domain = unit * number of groups + group.

    Attributes
    ----------
    sample : Sample
    units, groups, channels
        As the plan lists them.
    class_of : ndarray of intp, shape (u,)
        Place of each unit's class among the plan's classes.
    margins : dict
        Known totals of each population.
    townships : tuple of str
    points : tuple of float
        Of answer v at place v; the first is never used.
    min_covered : float
        Percent of the group weight that must be covered.
    calibration : {"pooled_slopes", "raking"}
        How groups whose population is known are corrected for who answered.
    domain : ndarray of intp, shape (n,)
    item_coefficients : ndarray of float64, shape (u * g, k)
    group_coefficients : ndarray of float64, shape (u, g)
    rows : tuple of ndarray of intp
        The valid responses of each domain.
    """

    sample: Sample
    units: tuple[UnitPlan, ...]
    groups: tuple[GroupPlan, ...]
    channels: tuple[ChannelPlan, ...]
    class_of: IndexArray
    margins: dict[str, tuple[MarginPlan, ...]]
    townships: tuple[str, ...]
    points: tuple[float, ...]
    min_covered: float
    calibration: CalibrationMethod
    domain: IndexArray
    item_coefficients: FloatArray
    group_coefficients: FloatArray
    rows: tuple[IndexArray, ...]

    @property
    def invited(self) -> BoolArray:
        """Which answers came from invited people, shape (n,); the others were open to all."""
        return invited_answers(self.channels, self.sample)

    @property
    def scale(self) -> Scale:
        """Points of the worst and of the best answer."""
        return scale_of(self.points)

    @property
    def shape(self) -> tuple[int, int]:
        """Number of units and of groups."""
        return self.group_coefficients.shape[0], self.group_coefficients.shape[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """Scores of all domains and units after one step of the pipeline."""

    groups: GroupScores
    units: UnitScores


def invited_answers(channels: Sequence[ChannelPlan], sample: Sample) -> BoolArray:
    """Say which answers (n,) came through a channel of invited people."""
    invited = np.array([channel.invited for channel in channels], dtype=np.bool_)
    return invited[sample.channel]


def cut_domains(plan: Plan, sample: Sample, valid: BoolArray | None = None) -> CampaignDomains:
    """Cut the sample; ``valid`` (n,) marks the responses that count, all of them without it."""
    n_groups = len(plan.groups)
    domain = sample.unit * n_groups + sample.group
    items = np.array([[item.coefficient for item in unit.items] for unit in plan.units])
    places = {entry.class_code: place for place, entry in enumerate(plan.classes)}
    class_of = np.array([places[unit.class_code] for unit in plan.units], dtype=np.intp)
    return CampaignDomains(
        sample=sample,
        units=plan.units,
        groups=plan.groups,
        channels=plan.channels,
        class_of=class_of,
        margins={entry.population: entry.margins for entry in plan.populations},
        townships=plan.townships,
        points=plan.points,
        min_covered=plan.min_covered,
        calibration=plan.calibration.method,
        domain=domain,
        item_coefficients=np.repeat(items, n_groups, axis=0),
        group_coefficients=np.array([entry.coefficients for entry in plan.classes])[class_of],
        rows=_rows(
            domain,
            np.ones(sample.n_responses, dtype=np.bool_) if valid is None else valid,
            len(plan.units) * n_groups,
        ),
    )


def cut_anew(domains: CampaignDomains, valid: BoolArray) -> CampaignDomains:
    """Return the domains with other responses (n,) that count."""
    return replace(domains, rows=_rows(domains.domain, valid, len(domains.rows)))


def _rows(domain: IndexArray, valid: BoolArray, n_domains: int) -> tuple[IndexArray, ...]:
    order = np.argsort(domain, kind="stable")
    order = order[valid[order]]
    bounds = np.searchsorted(domain[order], np.arange(1, n_domains))
    return tuple(np.split(order, bounds))


def rescore(domains: CampaignDomains, scored: Scored, group_score: FloatArray) -> Scored:
    """Return the scores with other group scores (u, g), units scored anew from them."""
    groups = replace(scored.groups, score=group_score.reshape(-1))
    return Scored(groups=groups, units=_units(domains, groups))


def score(domains: CampaignDomains, weights: FloatArray) -> Scored:
    """Score every domain and unit under the weights (n,), zero for what does not count."""
    groups = group_scores(
        items=domains.sample.items,
        points=domains.points,
        weights=weights,
        domain=domains.domain,
        coefficients=domains.item_coefficients,
    )
    return Scored(groups=groups, units=_units(domains, groups))


def _units(domains: CampaignDomains, groups: GroupScores) -> UnitScores:
    return unit_scores(
        group_score=groups.score.reshape(domains.shape),
        n_valid=groups.n.reshape(domains.shape),
        min_valid=np.array([group.min_valid for group in domains.groups]),
        coefficients=domains.group_coefficients,
        min_covered=domains.min_covered,
    )
