"""Groups that answered both invited and through the open entrance: the score of both.

The invited answers are the reference, the open ones are let in as far as they agree with it, unit
by unit, with a bias estimated from all units; not at all where they raise an alarm; and never
further than the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from survey.stats.arrays import BoolArray, FloatArray, IndexArray
from survey.stats.campaign.corrections import CombinationPlan, RatersPlan
from survey.stats.campaign.domains import CampaignDomains, Scored, cut_anew, rescore
from survey.stats.campaign.scoring import class_columns
from survey.stats.nonprobability.alarms import find_alarms
from survey.stats.nonprobability.channel_answers import ChannelAnswers, channel_answers
from survey.stats.nonprobability.combination import Combination, UnitMeans, combine
from survey.stats.nonprobability.equivalent_sample import equivalent_sample
from survey.stats.nonprobability.limiter import limit
from survey.stats.pipeline.combined_group import CombinedGroup
from survey.stats.pipeline.domain_weights import weigh_domains
from survey.stats.pipeline.open_correction import correct_open
from survey.stats.pipeline.raters import RaterAdjusted, remove_rater_effects
from survey.stats.pipeline.weighted import Weighted, smoothed
from survey.stats.small_areas.fay_herriot import smoothed_freedom

if TYPE_CHECKING:
    from survey.stats.pipeline.holding.lending import LentScores


def combine_groups(
    domains: CampaignDomains,
    *,
    valid: BoolArray,
    factor: FloatArray,
    wanted: CombinationPlan,
    raters: RatersPlan,
    confidence: float,
    seed: int,
    lent: LentScores | None = None,
) -> tuple[CombinedGroup, ...]:
    """Combine invited and open answers wherever enough units of a group have both.

    Parameters
    ----------
    domains : CampaignDomains
    valid : ndarray of bool, shape (n,)
    factor : ndarray of float64, shape (n,)
        What quality leaves of each response.
    wanted : CombinationPlan
    raters : RatersPlan
        How each channel's answers are made net of raters of several units.
    confidence : float
        Of the interval the limit goes by, in (0, 1).
    seed : int
        Each group draws from a generator of its own.
    lent : LentScores, optional
        What a unit's other groups and other units lend each group: combined scores are then
        expected where the others say, and held to the invited answers so drawn.

    Returns
    -------
    tuple of CombinedGroup
        Empty where the plan switches it off, or for groups in which fewer than
        ``min_units`` units have ``min_answers`` of each kind: the bias of the open answers
        cannot be told from so few, and the group stays weighted as a whole.

    Notes
    -----
    In such a group every unit with ``min_answers`` invited answers is held to them, however few
    open ones it has: which units are must not hang on the open box, or nine answers thrown into
    an empty one would move a score that ten could not. Whether a group is combined does hang on
    it. So what the invited answers say is drawn towards all units no further than the limit (as
    in Efron and Morris 1972, doi:10.1080/01621459.1972.10481215): the score of a combined group
    and that of its invited answers by themselves, which it has where it is not combined, are at
    most twice the limit apart.
    """
    if wanted.method == "pooled":
        return ()
    invited = domains.invited
    counts = [
        np.bincount(domains.domain[valid & kind], minlength=len(domains.rows)).reshape(
            domains.shape
        )
        for kind in (invited, ~invited)
    ]
    held = (counts[0] >= wanted.min_answers) & (domains.group_coefficients > 0)
    both = held & (counts[1] >= wanted.min_answers)
    groups = np.flatnonzero(both.sum(axis=0) >= wanted.min_units)
    if not groups.size:
        return ()
    mixed = valid & np.isin(domains.sample.group, groups)
    sides = tuple(
        _side(cut_anew(domains, mixed & kind), factor, raters) for kind in (invited, ~invited)
    )
    return tuple(
        _combine_group(
            domains, int(group), np.flatnonzero(held[:, group]), sides, factor=factor,
            wanted=wanted, confidence=confidence, seed=seed, lent=lent,
        )
        for group in groups
    )  # fmt: skip


def _combine_group(
    domains: CampaignDomains,
    group: int,
    units: IndexArray,
    sides: tuple[_Side, ...],
    *,
    factor: FloatArray,
    wanted: CombinationPlan,
    confidence: float,
    seed: int,
    lent: LentScores | None,
) -> CombinedGroup:
    reference, opened = (_means(domains, side.weighted, group, units) for side in sides)
    # Net of raters where people rated several units: more exact, each channel by itself.
    invited, open_means = (_net(domains, side, group, units) for side in sides)
    alarms = find_alarms(
        invited=_answers(sides[0], group, units, invited, factor),
        open_answers=_answers(sides[1], group, units, open_means, factor),
    )
    open_weight = alarms.open_weight if wanted.alarms_exclude else np.ones(units.size)
    covariates = _covariates(domains, group, units, lent)
    reference_only = combine(
        reference=invited, open_sample=None, covariates=covariates,
        rng=np.random.default_rng([seed, group, 0]),
    )  # fmt: skip
    combination, simplified = _combined(
        domains, group, units, means=(invited, open_means), open_weight=open_weight,
        reference_only=reference_only,
        covariates=covariates, side=sides[0], factor=factor, wanted=wanted,
        seed=seed,
    )  # fmt: skip
    n = sides[0].weighted.scored.groups.n.reshape(domains.shape)[units, group]
    df = smoothed_freedom(n)
    reach = np.inf if wanted.limit is None else wanted.limit
    reach_of = reach * np.sqrt(reference.variance)
    held_to = np.clip(reference_only.score, invited.mean - reach_of, invited.mean + reach_of)
    if lent is not None:
        drawn = lent.value[units, group]
        held_to = np.where(np.isfinite(drawn), drawn, held_to)
    limited = limit(
        score=combination.score, se=combination.se, reference_score=held_to,
        reference_se=np.sqrt(reference.variance), reach=reach, confidence=confidence, df=df,
    )  # fmt: skip
    return CombinedGroup(
        group=group,
        units=units,
        reference=reference,
        open=opened,
        reference_only=held_to,
        combination=combination,
        limited=limited,
        equivalent=equivalent_sample(
            reference=invited, n=n, alone=reference_only, combination=combination,
            score=limited.score, confidence=confidence,
        ),
        df=df,
        alarms=alarms,
        simplified=simplified,
    )  # fmt: skip


def _covariates(
    domains: CampaignDomains, group: int, units: IndexArray, lent: LentScores | None
) -> FloatArray:
    """Return what a unit's level may depend on: its class, and what is lent to the group."""
    columns = class_columns([domains.units[unit].class_code for unit in units])
    if lent is None:
        return columns
    others, place = lent.others[units, group], domains.class_of[units]
    known = np.isfinite(others)
    about = np.zeros(units.size)
    for here in (known & (place == one) for one in np.unique(place[known])):
        about[here] = others[here] - others[here].mean()
    return np.column_stack([columns, about]) if known.any() else columns


def _combined(
    domains: CampaignDomains,
    group: int,
    units: IndexArray,
    *,
    means: tuple[UnitMeans, UnitMeans],
    open_weight: FloatArray,
    reference_only: Combination,
    covariates: FloatArray,
    side: _Side,
    factor: FloatArray,
    wanted: CombinationPlan,
    seed: int,
) -> tuple[Combination, BoolArray]:
    """Let the open answers in as the plan says; return also where that was simplified."""
    if wanted.method == "anchored":
        combination = combine(
            reference=means[0], open_sample=means[1], covariates=covariates,
            open_weight=open_weight,
            rng=np.random.default_rng([seed, group, 1]),
        )  # fmt: skip
        return combination, np.zeros(units.size, dtype=np.bool_)
    # These take a weighted sample for the population: one that meets its margins by weights.
    raked = weigh_domains(replace(side.domains, calibration="raking"), factor)
    corrected = correct_open(domains, group, units, invited=raked, factor=factor, wanted=wanted)
    return corrected.as_combination(
        open_weight=open_weight, or_else=reference_only
    ), corrected.simplified


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One channel weighted by itself, and the same net of raters."""

    domains: CampaignDomains
    weighted: Weighted
    adjusted: RaterAdjusted


def _side(domains: CampaignDomains, factor: FloatArray, raters: RatersPlan) -> _Side:
    weighted = weigh_domains(domains, factor)
    return _Side(
        domains=domains, weighted=weighted, adjusted=remove_rater_effects(domains, weighted, raters)
    )


def _net(domains: CampaignDomains, side: _Side, group: int, units: IndexArray) -> UnitMeans:
    means = _means(domains, side.adjusted.weighted, group, units)
    found = side.adjusted.groups.get(group)
    if found is None:
        return means
    rated = units[np.isfinite(means.mean)]
    among = found.covariance[np.ix_(rated, rated)]
    pairs = rated.size * (rated.size - 1)
    return replace(means, shared=max(0.0, float(among.sum() - np.trace(among)) / pairs))


def _answers(
    side: _Side, group: int, units: IndexArray, mean: UnitMeans, factor: FloatArray
) -> ChannelAnswers:
    domains = side.domains
    merged = [d for d in units * domains.shape[1] + group if d in side.weighted.weighting]
    rows = np.concatenate([domains.rows[domain] for domain in merged])
    return channel_answers(
        mean=mean,
        items=domains.sample.items[rows],
        unit=np.searchsorted(units, domains.sample.unit[rows]),
        weights=np.concatenate([side.weighted.weighting[domain].weights for domain in merged]),
        factor=factor[rows],
        k=len(domains.points) - 1,
    )


def _means(
    domains: CampaignDomains, weighted: Weighted, group: int, units: IndexArray
) -> UnitMeans:
    groups = weighted.scored.groups
    mean = groups.score.reshape(domains.shape)[units, group]
    known = np.isfinite(mean)
    variance = weighted.variance[units, group][known]
    effective_n = groups.effective_n.reshape(domains.shape)[units, group][known]
    smooth = np.full(units.size, np.nan)
    smooth[known] = smoothed(domains, variance=variance, effective_n=effective_n)
    return UnitMeans(mean=mean, variance=smooth)


def with_combined(
    domains: CampaignDomains,
    weighted: Weighted,
    combined: tuple[CombinedGroup, ...],
    *,
    limited: bool,
) -> tuple[Scored, FloatArray]:
    """Put the anchored scores in place; return the scores of all units and group variances."""
    score = weighted.scored.groups.score.reshape(domains.shape).copy()
    variance = weighted.variance.copy()
    scale = domains.scale
    for entry in combined:
        source = entry.limited if limited else entry.combination
        score[entry.units, entry.group] = np.clip(source.score, scale.lowest, scale.highest)
        variance[entry.units, entry.group] = source.se**2
    return rescore(domains, weighted.scored, score), variance
