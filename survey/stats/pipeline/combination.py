"""Groups that answered both invited and through the open entrance: the score of both.

The invited answers are the anchor, the open ones are let in as far as they agree with it, unit
by unit, with a bias estimated from all units; not at all where they raise an alarm; and never
further than the limit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from survey.stats.campaign.domains import CampaignDomains, Scored, cut_domains, rescore
from survey.stats.campaign.scoring import class_columns
from survey.stats.nonprobability.alarms import Alarms, find_alarms
from survey.stats.nonprobability.channel_answers import ChannelAnswers, channel_answers
from survey.stats.nonprobability.combination import Combination, UnitMeans, combine
from survey.stats.nonprobability.limiter import Limited, limit
from survey.stats.pipeline.domain_weights import Weighted, weigh_domains
from survey.stats.pipeline.open_correction import correct_open
from survey.stats.pipeline.raters import Lenient, take_out_leniency
from survey.stats.small_areas.fay_herriot import smooth_variances, smoothed_freedom

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """One group in the units that have enough invited answers.

    Attributes
    ----------
    group : int
    units : ndarray of intp, shape (m,)
        Index into the plan's units.
    anchor, free : UnitMeans
        Invited and open answers, each weighted by themselves, shape (m,); NaN where a unit has
        no open ones. The limit is as wide as the error of ``anchor``.
    alone : ndarray of float64, shape (m,)
        What the invited answers say, net of raters of several units, drawn towards what they
        say of all units.
    combination : Combination
        Where the plan corrects the open answers for who takes part instead of combining: the
        corrected open answers, without bias, spread and covariance.
    limited : Limited
    df : ndarray of float64, shape (m,)
        Degrees of freedom of the score's error: those of the invited answers' variance.
    alarms : Alarms
    simplified : ndarray of bool, shape (m,)
        Where the samples are too small or too different to be corrected on all predictors.
    """

    group: int
    units: NDArray[np.intp]
    anchor: UnitMeans
    free: UnitMeans
    alone: FloatArray
    combination: Combination
    limited: Limited
    df: FloatArray
    alarms: Alarms
    simplified: NDArray[np.bool_]


def anchor_groups(
    domains: CampaignDomains, *, valid: NDArray[np.bool_], factor: FloatArray
) -> tuple[Anchored, ...]:
    """Combine invited and open answers wherever enough units of a group have both.

    Parameters
    ----------
    domains : CampaignDomains
    valid : ndarray of bool, shape (n,)
    factor : ndarray of float64, shape (n,)
        What trust leaves of each response.

    Returns
    -------
    tuple of Anchored
        Empty where the plan switches it off, or for groups in which fewer than
        ``min_units`` units have ``min_answers`` of each kind: the bias of the open answers
        cannot be told from so few, and the group stays weighted as a whole.

    Notes
    -----
    In such a group every unit with ``min_answers`` invited answers is held to them, however few
    open ones it has: which units are must not hang on the open box, or nine answers thrown into
    an empty one would move a score that ten could not.
    """
    wanted = domains.plan.debiasing
    if wanted.combination == "pooled":
        return ()
    invited = np.array([channel.invited for channel in domains.plan.channels])
    by_code = invited[domains.sample.channel]
    counts = [
        np.bincount(domains.domain[valid & kind], minlength=len(domains.rows)).reshape(
            domains.shape
        )
        for kind in (by_code, ~by_code)
    ]
    held = (counts[0] >= wanted.min_answers) & (domains.group_coefficients > 0)
    both = held & (counts[1] >= wanted.min_answers)
    groups = np.flatnonzero(both.sum(axis=0) >= wanted.min_units)
    if not groups.size:
        return ()
    mixed = valid & np.isin(domains.sample.group, groups)
    sides = tuple(
        _side(cut_domains(domains.plan, domains.sample, mixed & kind), factor)
        for kind in (by_code, ~by_code)
    )
    return tuple(
        _anchor(domains, int(group), np.flatnonzero(held[:, group]), sides, factor)
        for group in groups
    )


def _anchor(
    domains: CampaignDomains,
    group: int,
    units: NDArray[np.intp],
    sides: tuple[_Side, ...],
    factor: FloatArray,
) -> Anchored:
    plan = domains.plan
    anchor, other = (_means(domains, side.weighted, group, units) for side in sides)
    # Net of raters where people rated several units: more exact, each channel by itself.
    invited, free = (_net(domains, side, group, units) for side in sides)
    alarms = find_alarms(
        invited=_answers(sides[0], group, units, invited, factor),
        other=_answers(sides[1], group, units, free, factor),
    )
    heard = alarms.heard if plan.debiasing.heed_alarms else np.ones(units.size)
    covariates = class_columns([domains.plan.units[unit].class_code for unit in units])
    alone = combine(
        anchor=invited, open_sample=None, covariates=covariates,
        rng=np.random.default_rng([plan.seed, group, 0]),
    )  # fmt: skip
    combination, simplified = _combined(
        domains, group, units, means=(invited, free), heard=heard, alone=alone,
        covariates=covariates, weighted=sides[0].weighted, factor=factor,
    )  # fmt: skip
    n = sides[0].weighted.scored.groups.n.reshape(domains.shape)[units, group]
    df = smoothed_freedom(n)
    reach = plan.debiasing.limit
    return Anchored(
        group=group,
        units=units,
        anchor=anchor,
        free=other,
        alone=alone.score,
        combination=combination,
        limited=limit(
            score=combination.score, se=combination.se, anchor_score=alone.score,
            anchor_se=np.sqrt(anchor.variance),
            reach=np.inf if reach is None else reach, confidence=plan.confidence, df=df,
        ),
        df=df,
        alarms=alarms,
        simplified=simplified,
    )  # fmt: skip


def _combined(
    domains: CampaignDomains,
    group: int,
    units: NDArray[np.intp],
    *,
    means: tuple[UnitMeans, UnitMeans],
    heard: FloatArray,
    alone: Combination,
    covariates: FloatArray,
    weighted: Weighted,
    factor: FloatArray,
) -> tuple[Combination, NDArray[np.bool_]]:
    """Let the open answers in as the plan says; return also where that was simplified."""
    if domains.plan.debiasing.combination == "anchored":
        combination = combine(
            anchor=means[0], open_sample=means[1], covariates=covariates, heard=heard,
            rng=np.random.default_rng([domains.plan.seed, group, 1]),
        )  # fmt: skip
        return combination, np.zeros(units.size, dtype=np.bool_)
    corrected = correct_open(domains, group, units, invited=weighted, factor=factor)
    return corrected.as_combination(heard=heard, or_else=alone), corrected.simplified


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One channel weighted by itself, and the same net of raters."""

    domains: CampaignDomains
    weighted: Weighted
    lenient: Lenient


def _side(domains: CampaignDomains, factor: FloatArray) -> _Side:
    weighted = weigh_domains(domains, factor)
    return _Side(domains=domains, weighted=weighted, lenient=take_out_leniency(domains, weighted))


def _net(domains: CampaignDomains, side: _Side, group: int, units: NDArray[np.intp]) -> UnitMeans:
    means = _means(domains, side.lenient.weighted, group, units)
    found = side.lenient.groups.get(group)
    if found is None:
        return means
    rated = units[np.isfinite(means.mean)]
    among = found.covariance[np.ix_(rated, rated)]
    pairs = rated.size * (rated.size - 1)
    return replace(means, shared=max(0.0, float(among.sum() - np.trace(among)) / pairs))


def _answers(
    side: _Side, group: int, units: NDArray[np.intp], mean: UnitMeans, factor: FloatArray
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
        k=len(domains.plan.points) - 1,
    )


def _means(
    domains: CampaignDomains, weighted: Weighted, group: int, units: NDArray[np.intp]
) -> UnitMeans:
    groups = weighted.scored.groups
    mean = groups.score.reshape(domains.shape)[units, group]
    known = np.isfinite(mean)
    variance = weighted.variance[units, group][known]
    effective_n = groups.effective_n.reshape(domains.shape)[units, group][known]
    if not (variance > 0).any():
        # Everybody answered alike: no spread to learn from, so half the scale for each answer.
        worth = domains.plan.points[1:]
        variance = ((max(worth) - min(worth)) / 2) ** 2 / effective_n
    smooth = np.full(units.size, np.nan)
    smooth[known] = smooth_variances(variance=variance, effective_n=effective_n)
    return UnitMeans(mean=mean, variance=smooth)


def with_anchored(
    domains: CampaignDomains, weighted: Weighted, anchored: tuple[Anchored, ...], *, limited: bool
) -> tuple[Scored, FloatArray]:
    """Put the anchored scores in place; return the scores of all units and group variances."""
    score = weighted.scored.groups.score.reshape(domains.shape).copy()
    variance = weighted.variance.copy()
    worth = domains.plan.points[1:]
    for entry in anchored:
        source = entry.limited if limited else entry.combination
        score[entry.units, entry.group] = np.clip(source.score, min(worth), max(worth))
        variance[entry.units, entry.group] = source.se**2
    return rescore(domains, weighted.scored, score), variance


def freedom_of(
    domains: CampaignDomains, scored: Scored, anchored: tuple[Anchored, ...]
) -> FloatArray:
    """Return the degrees of freedom of the variances of the group scores, shape (u, g)."""
    out = np.maximum(scored.groups.n.reshape(domains.shape) - 1, 1).astype(np.float64)
    for entry in anchored:
        out[entry.units, entry.group] = entry.df
    return out
